#include "service/config/read_message.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/message.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/base/closest.h"
#include "service/config/formats.h"
#include "service/config/read_scalar.h"
#include "tcgate/config/v1/key.pb.h"

namespace tcgate {

namespace pb = ::tcgate::config::v1;

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

bool IsScalar(const FieldDescriptor& field) {
  return field.message_type() == nullptr ||
         field.message_type() == google::protobuf::Duration::descriptor();
}

const pb::Key& KeyOf(const FieldDescriptor& field) {
  return field.options().GetExtension(pb::key);
}

std::vector<absl::string_view> KeysOf(const Descriptor& type) {
  std::vector<absl::string_view> keys;
  keys.reserve(static_cast<std::size_t>(type.field_count()));
  for (int i = 0; i < type.field_count(); ++i) {
    keys.push_back(type.field(i)->name());
  }
  return keys;
}

// Reads one file. Recursion is as deep as the schema, whatever the file holds.
class Reader {
 public:
  Reader(Faults& faults, Places& places) : faults_(faults), places_(places) {}

  void Read(const YAML::Node& node, const Place& place, Message& message) {
    if (!IsMapping(node, place)) return;
    const Descriptor& type = *message.GetDescriptor();
    absl::flat_hash_set<absl::string_view> seen;
    ForEachKey(
        node, place,
        [&](const std::string& key, const Place& at, const YAML::Node& value) {
          const FieldDescriptor* field = type.FindFieldByName(key);
          if (field == nullptr) return Fail(at, UnknownKey(key, type));
          seen.insert(field->name());
          ReadField(value, at, *field, message);
        });
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (!seen.contains(field.name())) FillIn(place, field, message);
    }
    if (node.IsMap()) CheckOneofs(place, type, seen);
  }

 private:
  // A mapping may be left empty.
  bool IsMapping(const YAML::Node& node, const Place& place) {
    if (node.IsMap() || node.IsNull()) return true;
    Fail(place, "must be a mapping, {key: value}");
    return false;
  }

  // Calls `read` for each key of a mapping.
  template <typename Callback>
  void ForEachKey(const YAML::Node& node, const Place& place, Callback read) {
    absl::flat_hash_set<std::string> seen;
    for (const auto& entry : node) {
      const YAML::Node& key = entry.first;
      const int line = key.Mark().line + 1;
      if (!key.IsScalar()) {
        Fail({place.path, line}, "a key must be a plain word");
        continue;
      }
      const std::string& name = key.Scalar();
      const Place at{
          absl::StrCat(place.path, place.path.empty() ? "" : ".", name), line};
      if (!seen.insert(name).second) {
        Fail(at, "stands twice");
        continue;
      }
      places_.Add(at.path, at.line);
      read(name, at, entry.second);
    }
  }

  void ReadField(const YAML::Node& node, const Place& place,
                 const FieldDescriptor& field, Message& message) {
    if (field.is_map()) return ReadMap(node, place, field, message);
    if (field.is_repeated()) return ReadList(node, place, field, message);
    ReadValue(node, place, field, KeyOf(field), message);
  }

  void ReadMap(const YAML::Node& node, const Place& place,
               const FieldDescriptor& field, Message& message) {
    if (!IsMapping(node, place)) return;
    const FieldDescriptor& name = *field.message_type()->map_key();
    const FieldDescriptor& value = *field.message_type()->map_value();
    // The format is that of the names, the bounds are those of the values.
    pb::Key value_key = KeyOf(field);
    const pb::Format format = value_key.format();
    value_key.clear_format();
    ForEachKey(node, place,
               [&](const std::string& name_text, const Place& at,
                   const YAML::Node& entry_node) {
                 const std::string fault = FormatFault(format, name_text);
                 if (!fault.empty()) return Fail(at, fault);
                 Message& entry =
                     *message.GetReflection()->AddMessage(&message, &field);
                 entry.GetReflection()->SetString(&entry, &name, name_text);
                 ReadValue(entry_node, at, value, value_key, entry);
               });
  }

  void ReadList(const YAML::Node& node, const Place& place,
                const FieldDescriptor& field, Message& message) {
    if (node.IsNull()) return;
    if (!node.IsSequence()) return Fail(place, "must be a list, [a, b]");
    for (std::size_t i = 0; i < node.size(); ++i) {
      const Place at{absl::StrCat(place.path, "[", i, "]"),
                     node[i].Mark().line + 1};
      places_.Add(at.path, at.line);
      ReadValue(node[i], at, field, KeyOf(field), message);
    }
  }

  // Sets a singular field, or appends to a repeated one.
  void ReadValue(const YAML::Node& node, const Place& place,
                 const FieldDescriptor& field, const pb::Key& key,
                 Message& message) {
    if (!IsScalar(field)) {
      const auto* reflection = message.GetReflection();
      return Read(node, place,
                  field.is_repeated()
                      ? *reflection->AddMessage(&message, &field)
                      : *reflection->MutableMessage(&message, &field));
    }
    if (node.IsNull()) {
      return Fail(place, "has no value: give it one, or leave it out");
    }
    if (!node.IsScalar()) return Fail(place, "must be a single value");
    const std::string fault = ReadScalar(node.Scalar(), field, key, message);
    if (!fault.empty()) Fail(place, fault);
  }

  // Does what an absent key asks for.
  void FillIn(const Place& place, const FieldDescriptor& field,
              Message& message) {
    const pb::Key& key = KeyOf(field);
    if (key.required()) {
      return Fail(place, absl::StrCat(field.name(), " is missing"));
    }
    if (!key.default_value().empty()) {
      ReadField(YAML::Load(key.default_value()), place, field, message);
    } else if (!IsScalar(field) && !field.is_repeated() &&
               field.containing_oneof() == nullptr) {
      ReadValue(YAML::Node(), place, field, key, message);
    }
  }

  void CheckOneofs(const Place& place, const Descriptor& type,
                   const absl::flat_hash_set<absl::string_view>& seen) {
    for (int i = 0; i < type.real_oneof_decl_count(); ++i) {
      const OneofDescriptor& oneof = *type.oneof_decl(i);
      std::vector<absl::string_view> members;
      members.reserve(static_cast<std::size_t>(oneof.field_count()));
      for (int j = 0; j < oneof.field_count(); ++j) {
        members.push_back(oneof.field(j)->name());
      }
      const auto given = std::count_if(
          members.begin(), members.end(),
          [&seen](absl::string_view name) { return seen.contains(name); });
      if (given != 1) {
        Fail(place, absl::StrCat("must hold exactly one of ",
                                 absl::StrJoin(members, ", ")));
      }
    }
  }

  static std::string UnknownKey(absl::string_view key, const Descriptor& type) {
    const std::vector<absl::string_view> keys = KeysOf(type);
    const std::string hint = DidYouMean(key, keys);
    if (!hint.empty()) return absl::StrCat("unknown key", hint);
    if (keys.empty()) return "unknown key; none may stand here";
    return absl::StrCat("unknown key; known here: ", absl::StrJoin(keys, ", "));
  }

  void Fail(const Place& place, absl::string_view what) {
    faults_.Add(place.line, place.path, what);
  }

  Faults& faults_;
  Places& places_;
};

}  // namespace

void ReadMessage(const YAML::Node& node, const Place& place,
                 google::protobuf::Message& message, Faults& faults,
                 Places& places) {
  Reader(faults, places).Read(node, place, message);
}

}  // namespace tcgate
