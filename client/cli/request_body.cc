#include "client/cli/request_body.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.h"
#include "service/base/closest.h"
#include "service/codec/decode.h"

namespace tcgate {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::json;

const FieldDescriptor* FindMember(const Descriptor& message,
                                  const std::string& name) {
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->json_name() == name) return message.field(i);
  }
  return nullptr;
}

// The decoder only says where an unknown member stands; this names it.
void NameUnknownMembers(const json& value, const Descriptor& message,
                        const std::string& path,
                        std::vector<std::string>& faults) {
  if (value.is_array()) {
    for (const json& element : value) {
      NameUnknownMembers(element, message, path, faults);
    }
  }
  if (!value.is_object()) return;
  for (const auto& [name, member] : value.items()) {
    const FieldDescriptor* field = FindMember(message, name);
    if (field == nullptr) {
      std::vector<absl::string_view> names;
      for (int i = 0; i < message.field_count(); ++i) {
        names.push_back(message.field(i)->json_name());
      }
      // The name that stubs have for it; JSON has the vendor's.
      const FieldDescriptor* stub = message.FindFieldByName(name);
      faults.push_back(absl::StrCat(
          "there is no member ", path, name,
          stub == nullptr
              ? DidYouMean(name, names)
              : absl::StrCat("; did you mean ", stub->json_name(), "?")));
    } else if (field->message_type() != nullptr) {
      NameUnknownMembers(member, *field->message_type(),
                         absl::StrCat(path, name, "."), faults);
    }
  }
}

}  // namespace

std::string EncodeBody(const Action& action, const MessageTable& table,
                       std::string json_text, std::string& wire) {
  std::vector<Loss> losses;
  std::string error;
  if (!Decoder().DecodeObject(table, json_text, wire, losses, error)) {
    return absl::StrCat("the request: ", error);
  }
  std::vector<std::string> faults;
  for (const Loss& loss : losses) {
    if (absl::EndsWith(loss.member, "?")) continue;
    faults.push_back(absl::StrCat(loss.member, " cannot hold its value"));
  }
  if (faults.size() < losses.size()) {
    NameUnknownMembers(json::parse(json_text, nullptr, false), *action.request,
                       "", faults);
  }
  return absl::StrJoin(faults, ", ");
}

}  // namespace tcgate
