#ifndef TCGATE_SERVICE_QUOTA_QUOTA_H_
#define TCGATE_SERVICE_QUOTA_QUOTA_H_

#include <chrono>
#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/base/outcome.h"
#include "service/catalog/action.h"
#include "service/http/cancellation.h"
#include "service/http/loop.h"
#include "service/http/task.h"

namespace tcgate {

class QuotaMetrics;

// An attempt that wants to start. What the views show must live as long as the
// attempt.
struct QuotaRequest {
  absl::string_view group;  // Accounts of one group share the vendor's limits.
  const Action* action = nullptr;  // Its limit and its index.
  absl::string_view host;          // Where the attempt goes.
  // Of the vendor's limit; over 0, at most 1. The same for a whole group, which
  // the check of the configuration holds.
  double share = 1;
  absl::string_view caller;  // Callers take turns.
  int weight = 1;            // Of the caller; 1..1000.
  std::size_t bytes = 0;     // Of the request, for the bound on waiting bytes.
  MonoTime deadline;         // Of the call.
};

struct QuotaResult {
  // Success: the slot is granted, and used up whether or not anything is sent.
  //   RESOURCE_EXHAUSTED, QUOTA_EXHAUSTED   the wait for a slot plus the usual
  //     time of an answer would pass the deadline; RetryInfo says when the
  //     caller's next slot is likely free
  //   RESOURCE_EXHAUSTED, OVERLOADED        a bound on waiting is reached
  //   DEADLINE_EXCEEDED, DEADLINE_TOO_SHORT the deadline had passed on arrival
  //   CANCELLED                             the call was cancelled
  Outcome outcome;
  std::chrono::nanoseconds waited{0};
  MonoTime granted;  // When the slot was; for `Learn`.
};

// Keeps every attempt inside the vendor's limits, by group, action and host:
// slots are paced evenly (pace.h), callers take turns for them by weight
// (turns.h), and who cannot get one in time hears so at once. Limit errors slow
// it down, and it recovers (slowdown.h).
//
// Memory is bounded: by what waits, and by what was used lately.
// Lives on the loop's thread.
class Quota {
 public:
  // What may wait for slots at one time, over all buckets. Zero: nothing waits;
  // a call gets a slot at once or is refused.
  struct Options {
    std::size_t waiting_calls = 0;
    std::size_t waiting_bytes = 0;
  };

  // Both must outlive it.
  Quota(Loop& loop, QuotaMetrics& metrics, Options options);
  Quota(const Quota&) = delete;
  Quota& operator=(const Quota&) = delete;
  // REQUIRES: nobody waits.
  ~Quota();

  // Waits for a slot. Refuses at once where the deadline cannot be met as the
  // queues stand, and later only where that becomes so later: callers came
  // whose turn is earlier, or the pace had to slow down. A call that leaves or
  // is refused costs nobody anything.
  Task<QuotaResult> Take(QuotaRequest request, Cancellation& cancel);

  // What came back from the attempt that `slot` was granted for, and how long
  // that took: learns the usual time of an answer, and slows down on limit
  // errors. To be told of every attempt. Slowing down may refuse calls that
  // wait, which run before it returns.
  void Learn(const QuotaRequest& request, const QuotaResult& slot,
             const Outcome& outcome, std::chrono::nanoseconds took);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_QUOTA_QUOTA_H_
