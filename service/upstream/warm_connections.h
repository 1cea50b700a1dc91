#ifndef TCGATE_SERVICE_UPSTREAM_WARM_CONNECTIONS_H_
#define TCGATE_SERVICE_UPSTREAM_WARM_CONNECTIONS_H_

#include <map>

#include "service/base/clock.h"
#include "service/http/cancellation.h"
#include "service/http/http.h"
#include "service/http/task.h"
#include "service/http/warm_policy.h"

namespace tcgate {

// Opens connections to hosts ahead of the calls that need them: so many beyond
// those that calls use, as `WarmPolicy` says. Lives on the loop's thread.
class WarmConnections {
 public:
  // `ready` connections are kept beyond those in use, at most `most` in all. 0:
  // never any. `http` must outlive it.
  WarmConnections(HttpClient& http, int ready, int most)
      : http_(http), ready_(ready), most_(most) {}

  // A call is about to use `endpoint`, or may soon, with so many `in_flight`
  // there. `endpoint` must outlive the loop.
  void Expect(const Endpoint& endpoint, int in_flight, MonoTime now);

  // Opens nothing any more, and gives up what is being opened: before the loop
  // stops.
  void Stop();

 private:
  struct Host {
    explicit Host(const WarmPolicy& warm) : policy(warm) {}

    WarmPolicy policy;
    Cancellation cancel;
    bool opening = false;
  };

  Detached Open(Host& host, const Endpoint& endpoint, int connections);

  HttpClient& http_;
  const int ready_;
  const int most_;
  bool stopped_ = false;
  std::map<const Endpoint*, Host> hosts_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_WARM_CONNECTIONS_H_
