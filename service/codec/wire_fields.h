#ifndef TCGATE_SERVICE_CODEC_WIRE_FIELDS_H_
#define TCGATE_SERVICE_CODEC_WIRE_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/codec/message_table.h"
#include "service/codec/wire_reader.h"

namespace tcgate {

// One field as it lies in a message.
struct WireField {
  const Member* member = nullptr;
  WireType wire = WireType::kVarint;  // kLength for a packed list.
  std::uint64_t bits = 0;             // Unless it is kLength.
  absl::string_view bytes;            // If it is kLength.
  bool empty_list = false;            // Not on the wire, but to be sent.
};

enum class WireFault { kNone, kMalformed, kUnknownField };

// Appends the fields of the message `wire`, not those of messages within it.
// Packed lists without values are left out: they say nothing. `number` is the
// field at fault, 0 where that is not known.
WireFault ReadFields(const MessageTable& table, absl::string_view wire,
                     std::vector<WireField>& fields, std::uint32_t& number);

// Brings the fields from `first` on into the order of their numbers; equal
// numbers stay in the order of the wire.
void SortFields(std::size_t first, std::vector<WireField>& fields);

// Returns `bits`, read from a field of `member`, as the 64 bits of its value:
// sign extended, without zigzag. Those of the float for a float.
std::uint64_t ValueBits(const Member& member, std::uint64_t bits);

// Calls `use(bits)` for each value of a field that holds numbers or bools,
// packed or not, until it returns false. False if it did or the field is
// malformed.
template <typename Use>
bool ForEachNumber(const WireField& field, Use&& use) {
  if (field.wire != WireType::kLength) {
    return use(ValueBits(*field.member, field.bits));
  }
  WireReader reader(field.bytes);
  while (!reader.done()) {
    std::uint64_t bits;
    if (!reader.Number(field.member->wire, bits)) return false;
    if (!use(ValueBits(*field.member, bits))) return false;
  }
  return true;
}

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_WIRE_FIELDS_H_
