#include "service/upstream/warm_connections.h"

namespace tcgate {

void WarmConnections::Expect(const Endpoint& endpoint, int in_flight,
                             MonoTime now) {
  if (ready_ <= 0 || stopped_) return;
  Host& host =
      hosts_.try_emplace(&endpoint, WarmPolicy(ready_, most_)).first->second;
  if (host.opening) return;
  const int wanted =
      host.policy.Wanted(now, in_flight, http_.connections(endpoint));
  if (wanted > 0) Open(host, endpoint, wanted);
}

void WarmConnections::Stop() {
  stopped_ = true;
  for (auto& [endpoint, host] : hosts_) host.cancel.Request();
}

Detached WarmConnections::Open(Host& host, const Endpoint& endpoint,
                               int connections) {
  host.opening = true;
  Task<int> opening = http_.Warm(endpoint, connections, host.cancel);
  co_await opening;
  host.opening = false;
}

}  // namespace tcgate
