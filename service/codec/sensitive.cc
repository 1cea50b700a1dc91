#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/codec/encode.h"
#include "service/codec/message_table.h"
#include "service/codec/wire_fields.h"

namespace tcgate {
namespace {

// Collects the texts and whole numbers of sensitive members, and of all members
// within one. Bools and fractions are no secrets.
// False if the message does not parse.
bool Collect(const MessageTable& table, absl::string_view wire, bool all,
             int depth, std::vector<std::string>& values) {
  if (depth > kMaxDepth) return false;
  std::vector<WireField> fields;
  std::uint32_t number;
  if (ReadFields(table, wire, fields, number) != WireFault::kNone) return false;
  for (const WireField& field : fields) {
    const Member& member = *field.member;
    const bool sensitive = all || member.sensitive;
    if (member.kind == Kind::kMessage) {
      if (!Collect(*member.message, field.bytes, sensitive, depth + 1,
                   values)) {
        return false;
      }
    } else if (sensitive && member.wire == WireType::kLength) {
      if (!field.bytes.empty()) values.emplace_back(field.bytes);
    } else if (sensitive && (member.kind == Kind::kSigned ||
                             member.kind == Kind::kUnsigned)) {
      const auto add = [&](std::uint64_t bits) {
        values.push_back(member.kind == Kind::kSigned
                             ? absl::StrCat(static_cast<std::int64_t>(bits))
                             : absl::StrCat(bits));
        return true;
      };
      if (!ForEachNumber(field, add)) return false;
    }
  }
  return true;
}

}  // namespace

std::vector<std::string> SensitiveValues(const MessageTable& table,
                                         absl::string_view wire) {
  std::vector<std::string> values;
  if (!Collect(table, wire, false, 0, values)) values.clear();
  return values;
}

}  // namespace tcgate
