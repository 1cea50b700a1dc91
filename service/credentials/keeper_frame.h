#ifndef TCGATE_SERVICE_CREDENTIALS_KEEPER_FRAME_H_
#define TCGATE_SERVICE_CREDENTIALS_KEEPER_FRAME_H_

// What the keeper and the gateway say to each other, one packet a frame: the
// kind in one byte, then the fields of that kind, each as its length in two
// bytes, low one first, and its bytes.

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tcgate {

enum class FrameKind : unsigned char {
  // Gateway to keeper.
  kKeyRequest = 1,   // Account, product, date.
  kPairRequest = 2,  // No fields.
  // Keeper to gateway: exactly one for each request.
  kKey = 3,      // Secret id, token, key of the day.
  kPair = 4,     // Secret id, secret key: of the sandbox.
  kRefusal = 5,  // Reason, for people.
};

// A frame as received; the fields are views of the packet.
struct Frame {
  FrameKind kind;
  std::vector<absl::string_view> fields;
};

// Chosen: three fields of 4096 bytes, the longest that a credential has, fit.
inline constexpr std::size_t kMaxFrameBytes = 16384;

// REQUIRES: as many fields as `kind` has, each under 64 KiB. Grows no buffer,
// so that wiping the result wipes all there is.
std::string EncodeFrame(FrameKind kind,
                        std::initializer_list<absl::string_view> fields);

// Returns nothing unless `packet` is exactly one frame of a known kind.
std::optional<Frame> ParseFrame(absl::string_view packet);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_KEEPER_FRAME_H_
