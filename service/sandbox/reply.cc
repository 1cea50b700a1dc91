#include "service/sandbox/reply.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "service/base/random.h"

namespace tcgate {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::json;

const FieldDescriptor* FindMember(const Descriptor& message,
                                  absl::string_view name) {
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->json_name() == name) return message.field(i);
  }
  return nullptr;
}

ReplyJson Blank(const Descriptor& message) {
  ReplyJson blank = ReplyJson::object();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (field.json_name() == "RequestId") continue;
    ReplyJson& value = blank[field.json_name()];
    if (field.is_repeated()) {
      value = ReplyJson::array();
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      value = ReplyJson::object();
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      value = absl::EndsWith(field.json_name(), "Id") ? RandomHex(8) : "";
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
      value = false;
    } else {
      value = 0;
    }
  }
  return blank;
}

void Project(const json& record, const Descriptor& message, ReplyJson& object) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const auto member = record.find(field.json_name());
    if (member == record.end()) continue;
    const bool as_text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
                         member->is_number();
    object[field.json_name()] = as_text ? json(member->dump()) : *member;
  }
}

std::string NewRequestId() {
  const std::string hex = RandomHex(16);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-",
                      hex.substr(12, 4), "-", hex.substr(16, 4), "-",
                      hex.substr(20));
}

std::string Dump(const ReplyJson& value) {
  return value.dump(-1, ' ', false, ReplyJson::error_handler_t::replace);
}

std::string Envelope(ReplyJson reply, const std::string& request_id) {
  reply["RequestId"] = request_id;
  return Dump({{"Response", std::move(reply)}});
}

std::string ErrorReply(const VendorError& error) {
  return Envelope(
      {{"Error", {{"Code", error.code}, {"Message", error.message}}}},
      NewRequestId());
}

}  // namespace tcgate
