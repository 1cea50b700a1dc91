#include "service/config/read_scalar.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/message.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "service/base/closest.h"
#include "service/config/formats.h"
#include "tcgate/config/v1/key.pb.h"

namespace tcgate {

namespace pb = ::tcgate::config::v1;

namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string Not(absl::string_view text, absl::string_view what) {
  return absl::StrCat(Quote(text), " is not ", what);
}

// The reader of each kind of number: what it makes, and what to call it.
struct NumberKind {
  std::optional<std::int64_t> (*parse)(absl::string_view text);
  absl::string_view what;
};

std::optional<std::int64_t> ParseCount(absl::string_view text) {
  std::int64_t value = 0;
  if (!absl::SimpleAtoi(text, &value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> ParseBytes(absl::string_view text) {
  int shift = 0;
  if (absl::ConsumeSuffix(&text, "KiB")) {
    shift = 10;
  } else if (absl::ConsumeSuffix(&text, "MiB")) {
    shift = 20;
  } else if (absl::ConsumeSuffix(&text, "GiB")) {
    shift = 30;
  }
  std::uint64_t value = 0;
  if (!absl::SimpleAtoi(text, &value) ||
      value >
          (std::uint64_t{std::numeric_limits<std::int64_t>::max()} >> shift)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(value << shift);
}

std::optional<std::int64_t> ParseMilliseconds(absl::string_view text) {
  absl::Duration duration;
  if (!absl::ParseDuration(std::string(text), &duration) ||
      duration == absl::InfiniteDuration() ||
      duration == -absl::InfiniteDuration()) {
    return std::nullopt;
  }
  return absl::ToInt64Milliseconds(duration);
}

NumberKind KindOf(const FieldDescriptor& field, pb::Format format) {
  if (field.message_type() != nullptr) {
    return {ParseMilliseconds, "a duration such as 500ms, 20s or 5m"};
  }
  if (format == pb::FORMAT_SIZE) {
    return {ParseBytes, "a size such as 65536, 64KiB or 10MiB"};
  }
  return {ParseCount, "a whole number"};
}

void SetNumber(std::int64_t value, const FieldDescriptor& field,
               Message& message) {
  const Reflection& reflection = *message.GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT64) {
    reflection.SetInt64(&message, &field, value);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
    reflection.SetInt32(&message, &field, static_cast<std::int32_t>(value));
  } else {
    google::protobuf::Duration duration;
    duration.set_seconds(value / 1000);
    duration.set_nanos(static_cast<std::int32_t>(value % 1000) * 1'000'000);
    reflection.MutableMessage(&message, &field)->CopyFrom(duration);
  }
}

std::string ReadNumber(absl::string_view text, const FieldDescriptor& field,
                       const pb::Key& key, Message& message) {
  const NumberKind kind = KindOf(field, key.format());
  const std::optional<std::int64_t> value = kind.parse(text);
  if (!value.has_value()) return Not(text, kind.what);
  // The schema gives bounds to every number: without them a 64-bit one would
  // be cut to 32.
  if (*value < kind.parse(key.min()) || *value > kind.parse(key.max())) {
    return Not(text, absl::StrCat("between ", key.min(), " and ", key.max()));
  }
  SetNumber(*value, field, message);
  return "";
}

std::string ReadDouble(absl::string_view text, const FieldDescriptor& field,
                       const pb::Key& key, Message& message) {
  double value = 0, least = 0, most = 0;
  if (!absl::SimpleAtod(text, &value)) return Not(text, "a number");
  // The schema's own texts: they are numbers.
  (void)absl::SimpleAtod(key.min(), &least);
  (void)absl::SimpleAtod(key.max(), &most);
  if (std::isnan(value) || value < least || value > most) {
    return Not(text, absl::StrCat("between ", key.min(), " and ", key.max()));
  }
  message.GetReflection()->SetDouble(&message, &field, value);
  return "";
}

std::string ReadBool(absl::string_view text, const FieldDescriptor& field,
                     Message& message) {
  if (text != "true" && text != "false") return Not(text, "true or false");
  message.GetReflection()->SetBool(&message, &field, text == "true");
  return "";
}

// `SITE_MAINLAND` is written `mainland`: the prefix is that of the zero value,
// `SITE_UNSPECIFIED`, which itself is not for files.
std::string ReadEnum(absl::string_view text, const FieldDescriptor& field,
                     Message& message) {
  const EnumDescriptor& type = *field.enum_type();
  absl::string_view prefix = type.value(0)->name();
  absl::ConsumeSuffix(&prefix, "UNSPECIFIED");
  std::vector<std::string> names;
  for (int i = 1; i < type.value_count(); ++i) {
    const EnumValueDescriptor& value = *type.value(i);
    names.push_back(absl::AsciiStrToLower(
        absl::StripPrefix(absl::string_view(value.name()), prefix)));
    if (names.back() == text) {
      message.GetReflection()->SetEnum(&message, &field, &value);
      return "";
    }
  }
  return Not(text, absl::StrCat("one of ", absl::StrJoin(names, ", ")));
}

std::string ReadText(const std::string& text, const FieldDescriptor& field,
                     pb::Format format, Message& message) {
  std::string fault = FormatFault(format, text);
  if (!fault.empty()) return fault;
  if (field.is_repeated()) {
    message.GetReflection()->AddString(&message, &field, text);
  } else {
    message.GetReflection()->SetString(&message, &field, text);
  }
  return "";
}

}  // namespace

std::string ReadScalar(const std::string& text, const FieldDescriptor& field,
                       const pb::Key& key, Message& message) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return ReadText(text, field, key.format(), message);
    case FieldDescriptor::CPPTYPE_BOOL:
      return ReadBool(text, field, message);
    case FieldDescriptor::CPPTYPE_ENUM:
      return ReadEnum(text, field, message);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return ReadDouble(text, field, key, message);
    default:
      return ReadNumber(text, field, key, message);
  }
}

}  // namespace tcgate
