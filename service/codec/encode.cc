#include "service/codec/encode.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/utf8.h"
#include "service/codec/empty_lists.h"
#include "service/codec/json_writer.h"
#include "service/codec/message_table.h"
#include "service/codec/wire_fields.h"

namespace tcgate {
namespace {

// One run over one message. Methods that return bool return false once there is
// a fault.
class Encoder {
 public:
  Encoder(const EncodeOptions& options, std::string& json)
      : options_(options), json_(json, options.max_bytes) {}

  Outcome Encode(const MessageTable& table, absl::string_view wire);

 private:
  // Where fields lie in `fields_`, which moves as it grows.
  struct Range {
    std::size_t begin;
    std::size_t end;
  };

  // Writes the message whose parts `parts` hold; they merge.
  bool Message(const MessageTable& table, Range parts, const EmptyLists& empty,
               int depth);
  bool Read(const MessageTable& table, absl::string_view wire);
  void AddAbsent(const EmptyLists& empty, std::size_t first);
  bool Value(const Member& member, Range fields, const EmptyLists& empty,
             int depth);
  bool List(const Member& member, Range fields, const EmptyLists& empty,
            int depth);
  bool Text(const WireField& field);
  bool Number(const Member& member, std::uint64_t bits);

  // The length is looked at after every value, so that what is written never
  // grows far over the limit.
  bool Fits();
  bool Invalid(std::string description);
  bool Fail(absl::StatusCode code, absl::string_view reason, std::string path,
            std::string description);
  // Returns false, after putting `step` before the path of the fault.
  bool Within(absl::string_view step);

  const EncodeOptions& options_;
  JsonWriter json_;
  // Those of every message being written, the innermost last. One vector, so
  // that a message within a message allocates nothing.
  std::vector<WireField> fields_;
  Outcome fault_;
};

Outcome Encoder::Encode(const MessageTable& table, absl::string_view wire) {
  EmptyLists empty;
  const auto is_list = [&](const std::string& path) {
    if (AddEmptyList(table, path, empty)) return true;
    return Fail(absl::StatusCode::kInvalidArgument, reason::kInvalidRequest,
                absl::StrCat("tcgate-empty-list: ", path),
                "names no list of this request");
  };
  if (std::all_of(options_.empty_lists.begin(), options_.empty_lists.end(),
                  is_list)) {
    WireField root;
    root.bytes = wire;
    fields_.push_back(root);
    Message(table, {0, 1}, empty, 0);
  }
  json_.Finish();
  for (const FieldViolation& violation : fault_.violations) {
    fault_.message =
        absl::StrCat(violation.field.empty() ? "the request" : violation.field,
                     " ", violation.description);
  }
  return std::move(fault_);
}

bool Encoder::Message(const MessageTable& table, Range parts,
                      const EmptyLists& empty, int depth) {
  if (depth > kMaxDepth) return Invalid("is nested too deeply");
  const std::size_t first = fields_.size();
  for (std::size_t i = parts.begin; i != parts.end; ++i) {
    if (!Read(table, fields_[i].bytes)) return false;
  }
  if (!empty.empty()) AddAbsent(empty, first);
  SortFields(first, fields_);

  json_.Char('{');
  const std::size_t last = fields_.size();
  for (std::size_t begin = first; begin != last;) {
    const Member& member = *fields_[begin].member;
    std::size_t end = begin + 1;
    while (end != last && fields_[end].member == &member) ++end;
    if (begin != first) json_.Char(',');
    json_.Raw(member.quoted_key);
    if (!Value(member, {begin, end}, Below(empty, member), depth)) {
      return Within(member.name);
    }
    begin = end;
  }
  json_.Char('}');
  fields_.resize(first);
  return Fits();
}

bool Encoder::Read(const MessageTable& table, absl::string_view wire) {
  std::uint32_t number;
  switch (ReadFields(table, wire, fields_, number)) {
    case WireFault::kNone:
      return true;
    case WireFault::kMalformed:
      return Invalid("is not a well-formed protobuf message");
    case WireFault::kUnknownField:
      break;
  }
  return Fail(absl::StatusCode::kInvalidArgument, reason::kUnknownField,
              absl::StrCat(number),
              "is the number of a field that this gateway does not know");
}

// Adds a field for each member that only the caller's list of empty lists asks
// for: an empty list, or an empty message that will hold one.
void Encoder::AddAbsent(const EmptyLists& empty, std::size_t first) {
  for (const EmptyList& list : empty) {
    const auto is_it = [&](const WireField& field) {
      return field.member == list.member;
    };
    const auto begin = fields_.begin() + static_cast<std::ptrdiff_t>(first);
    if (std::any_of(begin, fields_.end(), is_it)) continue;
    if (!SentIfAbsent(list)) continue;
    WireField field;
    field.member = list.member;
    field.wire = WireType::kLength;
    field.empty_list = list.here;
    fields_.push_back(field);
  }
}

bool Encoder::Value(const Member& member, Range fields, const EmptyLists& empty,
                    int depth) {
  if (member.repeated) return List(member, fields, empty, depth);
  if (member.kind == Kind::kMessage) {
    return Message(*member.message, fields, empty, depth + 1);
  }
  // What a later value replaces must be well-formed all the same.
  for (std::size_t i = fields.begin; i + 1 != fields.end; ++i) {
    if (member.kind == Kind::kString && !IsUtf8(fields_[i].bytes)) {
      return Invalid("is not UTF-8");
    }
  }
  const WireField& last = fields_[fields.end - 1];
  return last.wire == WireType::kLength
             ? Text(last)
             : Number(member, ValueBits(member, last.bits));
}

bool Encoder::List(const Member& member, Range fields, const EmptyLists& empty,
                   int depth) {
  std::size_t count = 0;
  // Writes what comes before an element, the element, and on a fault its place.
  const auto element = [&](auto&& write) {
    if (count != 0) json_.Char(',');
    if (!write()) return Within(absl::StrCat("[", count, "]"));
    ++count;
    return true;
  };
  json_.Char('[');
  for (std::size_t i = fields.begin; i != fields.end; ++i) {
    const WireField field = fields_[i];
    if (field.empty_list) break;
    bool written;
    if (member.kind == Kind::kMessage) {
      written = element([&] {
        return Message(*member.message, {i, i + 1}, empty, depth + 1);
      });
    } else if (member.wire == WireType::kLength) {
      written = element([&] { return Text(field); });
    } else {
      written = ForEachNumber(field, [&](std::uint64_t bits) {
        return element([&] { return Number(member, bits); });
      });
      if (!written && fault_.ok()) return Invalid("is a malformed list");
    }
    if (!written) return false;
  }
  json_.Char(']');
  return true;
}

bool Encoder::Text(const WireField& field) {
  if (field.member->kind == Kind::kBytes) {
    return Invalid("is binary, which a JSON request cannot carry");
  }
  return json_.String(field.bytes) ? Fits() : Invalid("is not UTF-8");
}

bool Encoder::Number(const Member& member, std::uint64_t bits) {
  bool finite = true;
  switch (member.kind) {
    case Kind::kSigned:
      json_.Signed(static_cast<std::int64_t>(bits));
      break;
    case Kind::kUnsigned:
      json_.Unsigned(bits);
      break;
    case Kind::kBool:
      json_.Bool(bits != 0);
      break;
    case Kind::kDouble:
      finite = json_.Double(std::bit_cast<double>(bits));
      break;
    case Kind::kFloat:
      finite =
          json_.Float(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
      break;
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kMessage:
      break;  // Never on the wire as a number.
  }
  return finite ? Fits() : Invalid("is not a finite number");
}

bool Encoder::Fits() {
  if (!json_.too_large()) return true;
  return Fail(absl::StatusCode::kResourceExhausted, reason::kRequestTooLarge,
              "",
              absl::StrCat("makes the request larger than ", options_.max_bytes,
                           " bytes of JSON"));
}

bool Encoder::Invalid(std::string description) {
  return Fail(absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "",
              std::move(description));
}

bool Encoder::Fail(absl::StatusCode code, absl::string_view reason,
                   std::string path, std::string description) {
  fault_ = Refusal(code, reason, "");
  fault_.violations.push_back({std::move(path), std::move(description)});
  return false;
}

bool Encoder::Within(absl::string_view step) {
  std::string& path = fault_.violations.front().field;
  const bool dot = !path.empty() && path.front() != '[';
  path = absl::StrCat(step, dot ? "." : "", path);
  return false;
}

}  // namespace

Outcome EncodeJson(const MessageTable& table, absl::string_view wire,
                   const EncodeOptions& options, std::string& json) {
  return Encoder(options, json).Encode(table, wire);
}

}  // namespace tcgate
