#include "service/sandbox/parameters.h"

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/strings/numbers.h"
#include "google/protobuf/descriptor.h"
#include "service/sandbox/query.h"
#include "tcgate/options/v1/options.pb.h"

namespace tcgate {
namespace {

namespace pb = ::tcgate::options::v1;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::json;

// Far above what any message of the API nests, far below what a stack holds.
constexpr int kMaxDepth = 100;

bool IsRequired(const FieldDescriptor& field) {
  return field.options().GetExtension(pb::field).required();
}

template <typename Integer>
bool TakeInteger(json& value) {
  if (value.is_string()) {
    Integer number = 0;
    if (!absl::SimpleAtoi(value.get_ref<const std::string&>(), &number)) {
      return false;
    }
    value = number;
    return true;
  }
  if (value.is_number_unsigned()) {
    return value.get<std::uint64_t>() <= std::numeric_limits<Integer>::max();
  }
  return value.is_number_integer() && std::is_signed_v<Integer>;
}

bool TakeDouble(json& value, bool from_query) {
  double number = 0;
  if (from_query && value.is_string() &&
      absl::SimpleAtod(value.get_ref<const std::string&>(), &number)) {
    value = number;
  }
  return value.is_number();
}

bool TakeBoolean(json& value, bool from_query) {
  bool flag = false;
  const auto is = [&](const char* word) {
    return value.get_ref<const std::string&>() == word;
  };
  if (from_query && value.is_string()) {
    flag = is("true") || is("True");
    if (flag || is("false") || is("False")) value = flag;
  }
  return value.is_boolean();
}

// Walks a whole request once and keeps the first fault of each kind.
class Check {
 public:
  explicit Check(bool from_query) : from_query_(from_query) {}

  std::optional<VendorError> FirstFault() && {
    for (std::optional<VendorError>* fault : {&unknown_, &type_, &missing_}) {
      if (fault->has_value()) return std::move(*fault);
    }
    return std::nullopt;
  }

  void Message(const Descriptor& message, json& object,
               const std::string& path) {
    if (depth_ == kMaxDepth) {
      Keep(type_, WrongType(path));
      return;
    }
    ++depth_;
    const std::string prefix = path.empty() ? "" : path + ".";
    std::size_t known = 0;
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      const auto member = object.find(field.json_name());
      if (member != object.end()) ++known;
      if (member != object.end() && !member->is_null()) {
        Member(field, *member, prefix + field.json_name());
      } else if (IsRequired(field)) {
        Keep(missing_, MissingParameter(prefix + field.json_name()));
      }
    }
    if (known != object.size()) NameUnknown(message, object, prefix);
    --depth_;
  }

 private:
  static void Keep(std::optional<VendorError>& first, VendorError fault) {
    if (!first.has_value()) first = std::move(fault);
  }

  void NameUnknown(const Descriptor& message, const json& object,
                   const std::string& prefix) {
    for (const auto& [name, value] : object.items()) {
      bool known = false;
      for (int i = 0; i < message.field_count() && !known; ++i) {
        known = message.field(i)->json_name() == name;
      }
      if (known) continue;
      Keep(unknown_,
           {"UnknownParameter", absl::StrCat("The parameter `", prefix, name,
                                             "` is not recognized.")});
      return;
    }
  }

  void Member(const FieldDescriptor& field, json& value,
              const std::string& path) {
    if (!field.is_repeated()) {
      Single(field, value, path);
      return;
    }
    if (!value.is_array()) {
      Keep(type_, WrongType(path));
      return;
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
      Single(field, value[i], absl::StrCat(path, ".", i));
    }
  }

  void Single(const FieldDescriptor& field, json& value,
              const std::string& path) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
        value.is_object()) {
      Message(*field.message_type(), value, path);
    } else if (!TakeScalar(field, value)) {
      Keep(type_, WrongType(path));
    }
  }

  bool TakeScalar(const FieldDescriptor& field, json& value) const {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT64:
        return TakeInteger<std::int64_t>(value);
      case FieldDescriptor::CPPTYPE_UINT64:
        return TakeInteger<std::uint64_t>(value);
      case FieldDescriptor::CPPTYPE_INT32:
        return TakeInteger<std::int32_t>(value);
      case FieldDescriptor::CPPTYPE_UINT32:
        return TakeInteger<std::uint32_t>(value);
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_FLOAT:
        return TakeDouble(value, from_query_);
      case FieldDescriptor::CPPTYPE_BOOL:
        return TakeBoolean(value, from_query_);
      case FieldDescriptor::CPPTYPE_STRING:
      case FieldDescriptor::CPPTYPE_ENUM:
        return value.is_string();
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return false;
    }
    return false;
  }

  const bool from_query_;
  int depth_ = 0;
  std::optional<VendorError> unknown_;
  std::optional<VendorError> type_;
  std::optional<VendorError> missing_;
};

}  // namespace

std::optional<VendorError> ReadParameters(const HttpServer::Request& request,
                                          const Descriptor& message,
                                          json& parameters) {
  const bool from_query = request.method == "GET";
  parameters = from_query ? ReadQuery(request.query(), message)
                          : json::parse(request.body, nullptr,
                                        /*allow_exceptions=*/false);
  if (!parameters.is_object()) {
    return VendorError{"InvalidParameter",
                       "The parameters are not a JSON object."};
  }
  Check check(from_query);
  check.Message(message, parameters, "");
  return std::move(check).FirstFault();
}

}  // namespace tcgate
