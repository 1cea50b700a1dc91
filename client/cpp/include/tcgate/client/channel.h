#ifndef TCGATE_CLIENT_CHANNEL_H_
#define TCGATE_CLIENT_CHANNEL_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/channel.h"

namespace tcgate::client {

// PEM files of TLS. They are looked at every second, and new connections use
// what they hold then, so a short-lived certificate may be renewed in place.
struct Tls {
  // The CA certificates that the gateway's must descend from. Empty means
  // those of the system.
  std::string ca_file;
  // The certificate chain and the key that name this caller (mTLS). Both or
  // neither.
  std::string certificate_file;
  std::string key_file;
  // The name that the gateway's certificate must hold. Empty means the host of
  // the target; a Unix socket has none.
  std::string server_name;
};

// How a channel behaves. The defaults suit a gateway that is near.
struct ChannelOptions {
  // Absent means plain text: for loopback and Unix sockets.
  std::optional<Tls> tls;

  // Full names of the services whose calls may be repeated, such as
  // `TrroService::service_full_name()`: see service_config.h. None means that
  // no call is repeated.
  std::vector<std::string> services;

  // Time between pings that find out whether the connection is alive, at least
  // 10 s: the gateway ends connections that ping more often. A connection whose
  // ping is not answered for 10 s is dropped, and its calls end as UNAVAILABLE.
  std::chrono::milliseconds keepalive{20'000};

  // The longest reply taken, in bytes. The gateway sends up to 16 MiB unless
  // its `limits.reply_bytes` says otherwise; gRPC's own limit would be 4 MiB.
  int max_reply_bytes = 16 * 1024 * 1024;
};

// Returns a channel to the gateway at `target`, in gRPC's own syntax:
// `host:port`, `dns:///host:port` or `unix:/run/tcgate/app.sock`. Nothing is
// connected yet: that an address is wrong shows in the first call. Where the
// name has several addresses, calls go to each in turn.
//
// One channel serves the whole program, thread-safe. INVALID_ARGUMENT: an
// option makes no sense, `services` names one that is not linked in, or a file
// of `tls` cannot be read.
absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(
    const std::string& target, const ChannelOptions& options = {});

}  // namespace tcgate::client

#endif  // TCGATE_CLIENT_CHANNEL_H_
