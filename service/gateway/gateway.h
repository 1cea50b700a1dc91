#ifndef TCGATE_SERVICE_GATEWAY_GATEWAY_H_
#define TCGATE_SERVICE_GATEWAY_GATEWAY_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <variant>
#include <vector>

#include "service/access/access.h"
#include "service/base/byte_budget.h"
#include "service/base/random.h"
#include "service/catalog/catalog.h"
#include "service/codec/table.h"
#include "service/gateway/admission.h"
#include "service/gateway/attempts.h"
#include "service/gateway/call.h"
#include "service/http/loop.h"
#include "service/http/task.h"
#include "service/quota/quota.h"
#include "service/replies/keyed_writes.h"
#include "service/replies/replies.h"
#include "service/telemetry/metrics.h"
#include "service/upstream/upstream.h"

namespace tcgate {

struct GatewayOptions {
  std::size_t accounts = 1;  // Of the configuration: `Account::index` is less.
  Admission::Bounds admission = {};
  // Of requests and replies in flight.
  std::size_t bytes_in_flight = std::size_t{256} << 20;
  // Of the JSON made from a message; the vendor takes 10 MiB.
  std::size_t request_bytes = std::size_t{10} << 20;
  Quota::Options quota = {1000, std::size_t{128} << 20};
  ReplyLimits replies = {};
  Attempts::Options attempts = {};
};

// THE request path: every action of every product takes it. `Start` runs on
// the edge's threads and never blocks; what waits runs as a coroutine on the
// loop. Thread-safe. Everything given to it must outlive it, and the loop must
// have stopped before it goes.
class Gateway {
 public:
  Gateway(const Catalog& catalog, Tables& tables, const Access& access,
          Upstream& upstream, Loop& loop, const Clock& clock, Random& random,
          Metrics& metrics, GatewayOptions options);

  // Takes `call` through the gateway; its `Done` is called exactly once, on
  // the calling thread before this returns, or on the loop's thread.
  void Start(std::shared_ptr<Call> call);

  // Tells the gateway that nobody waits for `call` any more: it ends soon, and
  // with it what it alone waits for. Any thread; before or after `Done`, more
  // than once, or without a `Start`: then it does nothing.
  void Cancel(std::shared_ptr<Call> call);

  // Says that the client has room for the next message of the stream: the
  // answer to `Call::Send`. Any thread.
  void Taken(std::shared_ptr<Call> call);

  // What is in flight now: calls, and the bytes of requests and replies.
  int calls_in_flight() const { return admission_.calls(); }
  std::size_t bytes_in_flight() const { return memory_.held(); }

 private:
  struct Pending;
  struct Place;

  // What waits, on the loop's thread.
  Detached Await(Pending pending);
  Place PlaceOf(Pending& pending);
  // Takes the body.
  std::shared_ptr<Errand> Fly(Pending& pending, Lead lead);
  Detached Finish(std::shared_ptr<Errand> errand, Ticket ticket);
  void Refresh(const Pending& pending);

  const Access& access_;
  Loop& loop_;
  Random& random_;
  const std::size_t request_bytes_;
  std::vector<const MessageTable*> request_tables_;  // By `Action::index`.
  ByteBudget memory_;
  Admission admission_;
  Quota quota_;
  Replies replies_;
  KeyedWrites keyed_writes_;
  Attempts attempts_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_GATEWAY_H_
