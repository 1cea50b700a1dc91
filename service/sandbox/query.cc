#include "service/sandbox/query.h"

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"

namespace tcgate {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::json;

// Names with more parts than any parameter has are left as one part: they are
// then refused as unknown.
constexpr std::size_t kMaxParts = 100;

bool IsEscape(absl::string_view text) {
  return text.size() == 3 && text[0] == '%' &&
         absl::ascii_isxdigit(static_cast<unsigned char>(text[1])) &&
         absl::ascii_isxdigit(static_cast<unsigned char>(text[2]));
}

std::string Decode(absl::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const absl::string_view escape = text.substr(i, 3);
    if (IsEscape(escape)) {
      decoded += absl::HexStringToBytes(escape.substr(1));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

// Turns {"0": a, "10": b, "2": c} into [a, c, b]. Leaves alone what is no list.
json ToList(json numbered) {
  std::map<std::uint64_t, json> elements;
  for (auto& [name, value] : numbered.items()) {
    std::uint64_t number = 0;
    if (!absl::SimpleAtoi(name, &number)) return numbered;
    elements[number] = value;
  }
  json list = json::array();
  for (auto& [number, value] : elements) list.push_back(std::move(value));
  return list;
}

void MakeLists(const Descriptor& message, json& object) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const auto member = object.find(field.json_name());
    if (member == object.end() || !member->is_object()) continue;
    if (field.is_repeated()) *member = ToList(std::move(*member));
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (member->is_object()) MakeLists(*field.message_type(), *member);
    if (!member->is_array()) continue;
    for (json& element : *member) {
      if (element.is_object()) MakeLists(*field.message_type(), element);
    }
  }
}

}  // namespace

json ReadQuery(absl::string_view query, const Descriptor& message) {
  json root = json::object();
  for (const absl::string_view pair :
       absl::StrSplit(query, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(pair, absl::MaxSplits('=', 1));
    std::vector<std::string> path = absl::StrSplit(Decode(parts.first), '.');
    if (path.size() > kMaxParts) path = {Decode(parts.first)};
    json* place = &root;
    for (const std::string& part : path) {
      if (!place->is_object()) *place = json::object();
      place = &(*place)[part];
    }
    *place = Decode(parts.second);
  }
  MakeLists(message, root);
  return root;
}

}  // namespace tcgate
