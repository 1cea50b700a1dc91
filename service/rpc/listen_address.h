#ifndef TCGATE_SERVICE_RPC_LISTEN_ADDRESS_H_
#define TCGATE_SERVICE_RPC_LISTEN_ADDRESS_H_

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
  bool is_unix() const { return storage.ss_family == AF_UNIX; }
};

// Reads `10.0.0.1:PORT`, `[::1]:PORT` or `unix:/path`; names are not looked up.
// kInvalidArgument if it is none of these.
absl::StatusOr<SocketAddress> ParseListenAddress(absl::string_view text);

// Whether only this machine can reach it: 127.0.0.0/8, [::1], a Unix socket.
bool IsLocal(const SocketAddress& address);

// The reverse of `ParseListenAddress`. Such as `127.0.0.1:50051`.
std::string ToText(const SocketAddress& address);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_LISTEN_ADDRESS_H_
