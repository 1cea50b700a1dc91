#ifndef TCGATE_SERVICE_RPC_EDGE_H_
#define TCGATE_SERVICE_RPC_EDGE_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/rpc/certificate_set.h"

namespace tcgate {

class AccessLog;
class Catalog;
class Gateway;
class Metrics;

// One address to serve.
struct ListenOptions {
  // `IP:PORT` or `unix:/path`; port 0 takes a free one.
  std::string address;
  // Absent: plain text. None for a Unix socket.
  std::optional<TlsFiles> tls;
  // Leave for plain text on an address that other machines reach.
  bool plaintext = false;
};

struct EdgeOptions {
  std::vector<ListenOptions> listen = {{"127.0.0.1:50051", {}}};
  // Callers, by `Caller::id`, whose `x-forwarded-client-cert` says who calls.
  std::vector<std::string> proxies;
  // Codes of the products whose methods are registered. Each method costs every
  // connection some 160 bytes; the others are answered too, at 1.4 to 1.6 times
  // the cost of a call. Empty: all.
  std::vector<std::string> products;
  // Longest request message, in bytes; at most 1 GiB. The vendor takes 10 MiB.
  std::size_t request_bytes = std::size_t{10} << 20;
  // As `GatewayOptions::bytes_in_flight`: gRPC's own bound is set above it.
  std::size_t bytes_in_flight = std::size_t{256} << 20;
  // For each address. More are accepted and closed.
  std::size_t max_connections = 4096;
  // Whether clients may see the descriptors.
  bool reflection = true;
  // After this long a connection takes no new calls and ends with its last one:
  // clients reconnect, to another replica if this one drains. gRPC varies it by
  // 10 %. Positive.
  std::chrono::milliseconds max_connection_age{20'000};
  // How long the calls of a connection of that age may still take. It bounds
  // the deadline of every call, see `LongestWithin`. Positive.
  std::chrono::milliseconds max_connection_age_grace{360'000};
  // Longest that `Drain` waits for clients.
  std::chrono::milliseconds drain_timeout{25'000};
};

// The gRPC side of the gateway: listens, serves every action of the catalogue,
// health and reflection. Not thread-safe.
class Edge {
 public:
  // Starts to serve. The arguments must outlive the edge, and the gateway's
  // loop must run as long as it does.
  //
  // kInvalidArgument: an address, a product or certificates that cannot be; the
  // message names it. kUnavailable: an address that is taken. kInternal: gRPC
  // builds no server of this, such as with a method that is there twice.
  static absl::StatusOr<std::unique_ptr<Edge>> Start(EdgeOptions options,
                                                     const Catalog& catalog,
                                                     Gateway& gateway,
                                                     Metrics& metrics,
                                                     AccessLog& access_log);

  // Ends at once what is still going on. To lose no call, `Drain` first.
  ~Edge();

  // Where it listens, in the order of the options, with the ports chosen.
  std::vector<std::string> addresses() const;

  // Ends without losing a call: says NOT_SERVING, takes the connections that
  // wait and no further ones, lets each reach its age, and ends what is still
  // out when all have had the time and only calls that stream are left, or
  // `drain_timeout` is over. Blocks until everything has ended.
  void Drain();

 private:
  struct Parts;
  explicit Edge(std::unique_ptr<Parts> parts);

  // Ends what is going on and the servers. Further calls do nothing.
  void Stop();

  std::unique_ptr<Parts> parts_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_EDGE_H_
