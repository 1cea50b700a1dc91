#ifndef TCGATE_SERVICE_GATEWAY_ATTEMPTS_H_
#define TCGATE_SERVICE_GATEWAY_ATTEMPTS_H_

#include <chrono>
#include <map>
#include <memory>

#include "service/base/byte_budget.h"
#include "service/base/random.h"
#include "service/gateway/errand.h"
#include "service/gateway/hedge.h"
#include "service/gateway/next.h"
#include "service/gateway/retry_budget.h"
#include "service/http/loop.h"
#include "service/http/task.h"
#include "service/quota/quota.h"
#include "service/replies/answer.h"
#include "service/replies/generations.h"
#include "service/telemetry/upstream_metrics.h"
#include "service/upstream/upstream.h"

namespace tcgate {

// Asks the vendor, again and again, until it has answered or `Next` says stop.
// Lives on the loop's thread.
class Attempts {
 public:
  struct Options {
    std::chrono::milliseconds read_timeout = kReadTimeout;
    // Until a second request is made beside a slow one of a read. 0: never.
    std::chrono::milliseconds hedge_after{0};
    // The longest wait for an event of a stream.
    std::chrono::milliseconds stream_idle{60'000};
  };

  // What attempts use, which must outlive this. `memory` bounds the bytes of
  // replies.
  struct Means {
    Upstream& upstream;
    Quota& quota;
    Generations& generations;
    ByteBudget& memory;
    Loop& loop;
    Random& random;
    UpstreamMetrics& metrics;
  };

  Attempts(Means means, Options options) : means_(means), options_(options) {}

  // Ends by the flight's deadline, or soon after the flight is cancelled. A
  // write is told to the generations before a byte of it is sent, and when it
  // has ended.
  Task<Answer> Run(std::shared_ptr<Errand> errand);

 private:
  using AttemptRace = Race<AttemptResult>;
  struct Progress;
  // One attempt, and the slot that it has.
  struct Sending {
    AttemptRequest request;
    QuotaResult slot;
  };

  Task<bool> TryOnce(std::shared_ptr<Errand> errand, Progress& progress);
  Task<bool> GoOn(std::shared_ptr<Errand> errand, Progress& progress);
  QuotaRequest SlotFor(const Errand& errand, const Endpoint& endpoint) const;
  AttemptRequest RequestFor(const Errand& errand, const Endpoint& endpoint);
  Task<AttemptResult> Send(const std::shared_ptr<Errand>& errand,
                           Progress& progress);
  // Adds to `attempts` those that it made.
  Task<AttemptResult> SendHedged(std::shared_ptr<Errand> errand,
                                 Sending sending, int& attempts);
  Detached RunFirst(std::shared_ptr<AttemptRace> race,
                    std::shared_ptr<Errand> errand, Sending sending);
  Detached RunHedge(std::shared_ptr<AttemptRace> race,
                    std::shared_ptr<Errand> errand, Sending sending);
  // `sending` must outlive it.
  Task<AttemptResult> Attempt(std::shared_ptr<Errand> errand,
                              const Sending& sending, Cancellation& cancel);
  void Take(const Errand& errand, Progress& progress, AttemptResult result);
  AttemptState StateOf(const Errand& errand, const Progress& progress);

  Means means_;
  const Options options_;
  // As many as there are hosts in the configuration and the catalogue.
  std::map<const Endpoint*, RetryBudget> budgets_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_ATTEMPTS_H_
