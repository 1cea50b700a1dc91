#include "service/codec/wire_fields.h"

#include <algorithm>

namespace tcgate {

WireFault ReadFields(const MessageTable& table, absl::string_view wire,
                     std::vector<WireField>& fields, std::uint32_t& number) {
  number = 0;
  WireReader reader(wire);
  std::size_t guess = 0;
  while (!reader.done()) {
    WireField field;
    if (!reader.Tag(number, field.wire)) return WireFault::kMalformed;
    const Member* member = table.FindNumber(number, guess);
    if (member == nullptr) return WireFault::kUnknownField;
    // A list may go on; anything else is followed by the next member.
    guess = member->index + (member->repeated ? 0u : 1u);
    field.member = member;
    const bool packed = member->packed() && field.wire == WireType::kLength;
    if (field.wire != member->wire && !packed) return WireFault::kMalformed;
    if (!(field.wire == WireType::kLength
              ? reader.Bytes(field.bytes)
              : reader.Number(field.wire, field.bits))) {
      return WireFault::kMalformed;
    }
    if (packed && field.bytes.empty()) continue;
    fields.push_back(field);
  }
  return WireFault::kNone;
}

void SortFields(std::size_t first, std::vector<WireField>& fields) {
  const auto begin = fields.begin() + static_cast<std::ptrdiff_t>(first);
  const auto by_number = [](const WireField& a, const WireField& b) {
    return a.member->index < b.member->index;
  };
  // Mostly they are: every protobuf library writes them so.
  if (std::is_sorted(begin, fields.end(), by_number)) return;
  std::stable_sort(begin, fields.end(), by_number);
}

std::uint64_t ValueBits(const Member& member, std::uint64_t bits) {
  if (member.zigzag) {
    if (member.narrow) bits = static_cast<std::uint32_t>(bits);
    bits = (bits >> 1) ^ (0 - (bits & 1));
  }
  if (!member.narrow) return bits;
  if (member.kind == Kind::kSigned) {
    return static_cast<std::uint64_t>(
        static_cast<std::int64_t>(static_cast<std::int32_t>(bits)));
  }
  return static_cast<std::uint32_t>(bits);
}

}  // namespace tcgate
