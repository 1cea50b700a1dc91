#ifndef TCGATE_SERVICE_CODEC_SCALARS_H_
#define TCGATE_SERVICE_CODEC_SCALARS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "service/codec/message_table.h"

namespace tcgate {

// Reads a value for `member`, which is a number or bool, from the text of a
// number or word, or from between the quotes of a string; as bits for
// WireWriter::Number. False if it does not hold such a value:
//
//   integers  whole numbers, exactly, also as `1.0` or `1e5`. With 64 bits
//   those
//             of the wrong sign for their type keep their bits, so that -1 in a
//             uint64 survives; with 32 they must fit
//   reals     finite numbers, neither too large nor too small for the type
//   bools     `true` and `false` in any case, `0`, `1`
//
// White space is not taken, leading zeroes are: a string may hold them.
bool ParseNumber(const Member& member, absl::string_view text,
                 std::uint64_t& bits);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_SCALARS_H_
