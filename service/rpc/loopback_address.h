#ifndef TCGATE_SERVICE_RPC_LOOPBACK_ADDRESS_H_
#define TCGATE_SERVICE_RPC_LOOPBACK_ADDRESS_H_

#include <sys/socket.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tcgate {

// An address to listen on, as the kernel takes it.
struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t length = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const {
    return reinterpret_cast<const sockaddr*>(&storage);
  }
};

// Reads `127.0.0.1:PORT` (any of 127.0.0.0/8) or `[::1]:PORT`; names are not
// looked up. kInvalidArgument if it is neither, or an address that other
// machines reach, which plain text must not.
absl::StatusOr<SocketAddress> ParseLoopbackAddress(absl::string_view text);

// The reverse. Such as `127.0.0.1:50051`.
std::string ToText(const SocketAddress& address);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_LOOPBACK_ADDRESS_H_
