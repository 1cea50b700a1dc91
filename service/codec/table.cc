#include "service/codec/table.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "google/protobuf/descriptor.h"
#include "service/codec/json_writer.h"
#include "service/codec/message_table.h"
#include "service/codec/wire_writer.h"
#include "tcgate/options/v1/options.pb.h"

namespace tcgate {
namespace pb = ::tcgate::options::v1;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

struct Tables::Parts {
  // Behind pointers: tables refer to each other.
  std::unordered_map<const Descriptor*, std::unique_ptr<MessageTable>> tables;
  std::vector<const Descriptor*> unfilled;

  // Returns the table, to be filled later if it is new, since messages recur.
  MessageTable* Get(const Descriptor& message) {
    std::unique_ptr<MessageTable>& table = tables[&message];
    if (table == nullptr) {
      table = std::make_unique<MessageTable>();
      unfilled.push_back(&message);
    }
    return table.get();
  }

  Member MakeMember(const FieldDescriptor& field);
  void Fill(const Descriptor& message, MessageTable& table);
};

namespace {

struct Shape {
  Kind kind;
  WireType wire;
  bool narrow = false;
  bool zigzag = false;
};

Shape ShapeOf(FieldDescriptor::Type type) {
  switch (type) {
    case FieldDescriptor::TYPE_INT64:
      return {Kind::kSigned, WireType::kVarint};
    case FieldDescriptor::TYPE_INT32:
    case FieldDescriptor::TYPE_ENUM:  // The API knows no enums: numbers.
      return {Kind::kSigned, WireType::kVarint, true};
    case FieldDescriptor::TYPE_SINT64:
      return {Kind::kSigned, WireType::kVarint, false, true};
    case FieldDescriptor::TYPE_SINT32:
      return {Kind::kSigned, WireType::kVarint, true, true};
    case FieldDescriptor::TYPE_SFIXED64:
      return {Kind::kSigned, WireType::kFixed64};
    case FieldDescriptor::TYPE_SFIXED32:
      return {Kind::kSigned, WireType::kFixed32, true};
    case FieldDescriptor::TYPE_UINT64:
      return {Kind::kUnsigned, WireType::kVarint};
    case FieldDescriptor::TYPE_UINT32:
      return {Kind::kUnsigned, WireType::kVarint, true};
    case FieldDescriptor::TYPE_FIXED64:
      return {Kind::kUnsigned, WireType::kFixed64};
    case FieldDescriptor::TYPE_FIXED32:
      return {Kind::kUnsigned, WireType::kFixed32, true};
    case FieldDescriptor::TYPE_BOOL:
      return {Kind::kBool, WireType::kVarint};
    case FieldDescriptor::TYPE_DOUBLE:
      return {Kind::kDouble, WireType::kFixed64};
    case FieldDescriptor::TYPE_FLOAT:
      return {Kind::kFloat, WireType::kFixed32, true};
    case FieldDescriptor::TYPE_STRING:
      return {Kind::kString, WireType::kLength};
    case FieldDescriptor::TYPE_BYTES:
      return {Kind::kBytes, WireType::kLength};
    case FieldDescriptor::TYPE_MESSAGE:
    case FieldDescriptor::TYPE_GROUP:  // Not in proto3.
      break;
  }
  return {Kind::kMessage, WireType::kLength};
}

std::string QuotedKey(absl::string_view name) {
  std::string key;
  JsonWriter writer(key, std::numeric_limits<std::size_t>::max());
  // A name is UTF-8, since protobuf demands it.
  writer.String(name);
  writer.Char(':');
  writer.Finish();
  return key;
}

}  // namespace

Member Tables::Parts::MakeMember(const FieldDescriptor& field) {
  const Shape shape = ShapeOf(field.type());
  Member member;
  member.name = field.json_name();
  member.quoted_key = QuotedKey(member.name);
  member.number = static_cast<std::uint32_t>(field.number());
  member.kind = shape.kind;
  member.wire = shape.wire;
  member.narrow = shape.narrow;
  member.zigzag = shape.zigzag;
  member.repeated = field.is_repeated();
  member.sensitive = field.options().GetExtension(pb::field).sensitive();
  const WireType written = member.packed() ? WireType::kLength : member.wire;
  member.tag_size = static_cast<std::uint8_t>(
      EncodeVarint(std::uint64_t{member.number} << 3 |
                       static_cast<std::uint64_t>(written),
                   member.tag) -
      member.tag);
  if (member.kind == Kind::kMessage) {
    member.message = Get(*field.message_type());
  }
  return member;
}

void Tables::Parts::Fill(const Descriptor& message, MessageTable& table) {
  for (int i = 0; i < message.field_count(); ++i) {
    table.members.push_back(MakeMember(*message.field(i)));
  }
  std::sort(
      table.members.begin(), table.members.end(),
      [](const Member& a, const Member& b) { return a.number < b.number; });
  // After the sort: the maps point into the vector and at its names.
  for (Member& member : table.members) {
    member.index = static_cast<std::uint16_t>(&member - table.members.data());
    table.by_name.emplace(member.name, &member);
    const auto [found, first] = table.by_folded_name.emplace(
        absl::AsciiStrToLower(member.name), &member);
    if (!first) found->second = nullptr;
  }
  // The guess before anything was seen: the order of the numbers.
  const std::size_t count = table.members.size();
  table.followers = std::make_unique<std::atomic<std::uint16_t>[]>(count + 1);
  for (std::size_t i = 0; i < count; ++i) {
    table.followers[i] = static_cast<std::uint16_t>(i);
  }
}

Tables::Tables() : parts_(std::make_unique<Parts>()) {}
Tables::~Tables() = default;

const MessageTable& Tables::For(const Descriptor& message) {
  const MessageTable* wanted = parts_->Get(message);
  // A list and not recursion: it may be long, never deep.
  while (!parts_->unfilled.empty()) {
    const Descriptor* next = parts_->unfilled.back();
    parts_->unfilled.pop_back();
    parts_->Fill(*next, *parts_->Get(*next));
  }
  return *wanted;
}

}  // namespace tcgate
