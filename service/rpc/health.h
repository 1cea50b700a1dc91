#ifndef TCGATE_SERVICE_RPC_HEALTH_H_
#define TCGATE_SERVICE_RPC_HEALTH_H_

#include <atomic>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/rpc/open_set.h"

namespace tcgate {

class RawService;
class Stream;

// grpc.health.v1.Health: SERVING for the server as a whole (the empty name) and
// each service, until a drain begins. Says nothing of the upstream, whose
// outage must not take every replica out. Thread-safe.
class Health {
 public:
  // `streams` outlives the server and keeps the watches.
  Health(std::vector<std::string> services, OpenSet<Stream>& streams);

  // Adds the methods to a server's service. This must outlive it.
  void AddTo(RawService& service);

  // From now on, for good: NOT_SERVING. To tell the watches is for the owner of
  // `streams`.
  void Leave() { leaving_ = true; }

  // A value of HealthCheckResponse.ServingStatus; SERVICE_UNKNOWN for a service
  // that is not here.
  int StatusOf(absl::string_view service) const;

 private:
  const std::vector<std::string> services_;
  OpenSet<Stream>& streams_;
  std::atomic<bool> leaving_{false};
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_HEALTH_H_
