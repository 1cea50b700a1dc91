#include "service/telemetry/action_metrics.h"

#include <algorithm>
#include <utility>

namespace tcgate {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;
using prometheus::Registry;

// Seconds. Chosen: a hit or a refusal takes well under a millisecond, the
// vendor 20 ms to some seconds, and the longest deadline is five minutes.
const Histogram::BucketBoundaries& DurationBuckets() {
  static const Histogram::BucketBoundaries buckets = {
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
      0.25,   0.5,   1,      2.5,   5,    10,    30,   60};
  return buckets;
}

Family<Counter>& NewCounter(Registry& registry, const char* name,
                            const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

}  // namespace

ActionFamilies::ActionFamilies(Registry& registry)
    : calls(NewCounter(registry, "tcgate_calls_total",
                       "Calls that ended, by how and by who decided it.")),
      durations(prometheus::BuildHistogram()
                    .Name("tcgate_call_duration_seconds")
                    .Help("From the last byte of a request to its reply.")
                    .Register(registry)),
      replies(NewCounter(registry, "tcgate_replies_total",
                         "Replies, by where they came from.")),
      attempts(NewCounter(registry, "tcgate_upstream_attempts_total",
                          "Requests sent upstream, by their end.")),
      lost(NewCounter(registry, "tcgate_reply_members_lost_total",
                      "Members of replies that could not be represented.")) {}

Counter& CounterSet::Get(absl::string_view value) {
  for (Slot& slot : slots_) {
    Counter* counter = slot.counter.load(std::memory_order_acquire);
    if (counter == nullptr) break;
    if (slot.value == value) return *counter;
  }
  return Add(std::string(value));
}

Counter& CounterSet::Add(std::string value) {
  Counter& counter = family_.Add({{"action", action_}, {label_, value}});
  MutexLock lock(mu_);
  for (Slot& slot : slots_) {
    Counter* taken = slot.counter.load(std::memory_order_relaxed);
    if (taken == &counter) break;
    if (taken != nullptr) continue;
    slot.value = std::move(value);
    slot.counter.store(&counter, std::memory_order_release);
    break;
  }
  return counter;
}

ActionMetrics::ActionMetrics(ActionFamilies& families,
                             const std::string& action)
    : replies(families.replies, action, "result"),
      attempts(families.attempts, action, "result"),
      lost(families.lost, action, "member"),
      duration(families.durations.Add({{"action", action}}, DurationBuckets())),
      calls_family_(families.calls),
      action_(action) {}

Counter& ActionMetrics::Calls(absl::StatusCode code, DecidedBy decided_by) {
  const bool vendor = decided_by == DecidedBy::kVendor;
  const std::size_t row = std::min(static_cast<std::size_t>(code), kCodes - 1);
  std::atomic<Counter*>& known = calls_[row][vendor ? 1 : 0];
  Counter* counter = known.load(std::memory_order_acquire);
  if (counter == nullptr) {
    // Two threads may get here: the family gives both the same counter.
    counter =
        &calls_family_.Add({{"action", action_},
                            {"code", std::string(CodeName(code))},
                            {"decided_by", vendor ? "vendor" : "gateway"}});
    known.store(counter, std::memory_order_release);
  }
  return *counter;
}

}  // namespace tcgate
