#ifndef TCGATE_SERVICE_GATEWAY_GATEWAY_H_
#define TCGATE_SERVICE_GATEWAY_GATEWAY_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "service/access/access.h"
#include "service/catalog/catalog.h"
#include "service/codec/table.h"
#include "service/gateway/admission.h"
#include "service/gateway/call.h"
#include "service/http/loop.h"
#include "service/http/task.h"
#include "service/upstream/upstream.h"

namespace tcgate {

struct GatewayLimits {
  int calls_in_flight = 1000;
  std::size_t bytes_in_flight = std::size_t{256} << 20;  // Of requests.
  // Of the JSON made from a message; the vendor takes 10 MiB.
  std::size_t request_bytes = std::size_t{10} << 20;
  // The longest wait for an event of a stream.
  std::chrono::milliseconds stream_idle{60'000};
};

// THE request path: every action of every product takes it. `Start` runs on
// the edge's threads and never blocks; what waits runs as a coroutine on the
// loop. Thread-safe. Everything given to it must outlive it, and the loop must
// have stopped before it goes.
class Gateway {
 public:
  Gateway(const Catalog& catalog, Tables& tables, const Access& access,
          Upstream& upstream, Loop& loop, GatewayLimits limits);

  // Takes `call` through the gateway; its `Done` is called exactly once, on
  // the calling thread before this returns, or on the loop's thread.
  void Start(std::shared_ptr<Call> call);

  // Tells the gateway that nobody waits for `call` any more: its socket is
  // closed and `Done` follows soon. Any thread; before or after `Done`, more
  // than once, or without a `Start`: then it does nothing.
  void Cancel(std::shared_ptr<Call> call);

  // Says that the client has room for the next message of the stream: the
  // answer to `Call::Send`. Any thread.
  void Taken(std::shared_ptr<Call> call);

 private:
  struct Lead;
  class Client;

  // The part of the way that waits: attempts until `Next` says stop.
  Detached Fetch(Lead lead);

  const Access& access_;
  Upstream& upstream_;
  Loop& loop_;
  const GatewayLimits limits_;
  Admission admission_;
  std::vector<const MessageTable*> request_tables_;  // By `Action::index`.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_GATEWAY_H_
