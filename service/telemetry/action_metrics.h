#ifndef TCGATE_SERVICE_TELEMETRY_ACTION_METRICS_H_
#define TCGATE_SERVICE_TELEMETRY_ACTION_METRICS_H_

#include <array>
#include <atomic>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "service/base/mutex.h"
#include "service/base/outcome.h"

namespace tcgate {

// The metrics that have an action as a label. Lives in the registry.
struct ActionFamilies {
  explicit ActionFamilies(prometheus::Registry& registry);

  prometheus::Family<prometheus::Counter>& calls;
  prometheus::Family<prometheus::Histogram>& durations;
  prometheus::Family<prometheus::Counter>& replies;
  prometheus::Family<prometheus::Counter>& attempts;
  prometheus::Family<prometheus::Counter>& lost;
};

// The counters of one action in one family, by the value of one more label. A
// counter that was made is found without a lock: `Family::Add` takes the
// family's and hashes every label, which costs microseconds. Thread-safe.
class CounterSet {
 public:
  using Family = prometheus::Family<prometheus::Counter>;

  // All must outlive this; `label` is a literal.
  CounterSet(Family& family, const std::string& action, const char* label)
      : family_(family), action_(action), label_(label) {}

  prometheus::Counter& Get(absl::string_view value);

 private:
  struct Slot {
    std::string value;  // Written before `counter` is published.
    std::atomic<prometheus::Counter*> counter{nullptr};
  };

  prometheus::Counter& Add(std::string value) ABSL_LOCKS_EXCLUDED(mu_);

  Family& family_;
  const std::string& action_;
  const char* const label_;
  Mutex mu_;  // Held while a slot is filled; reading one needs none.
  // Chosen: more values than either fixed list has. What finds no slot is
  // looked up in the family each time.
  std::array<Slot, 16> slots_;
};

// What is counted for one action. Thread-safe.
class ActionMetrics {
 public:
  // Both must outlive this.
  ActionMetrics(ActionFamilies& families, const std::string& action);

  prometheus::Counter& Calls(absl::StatusCode code, DecidedBy decided_by);

  CounterSet replies;
  CounterSet attempts;
  CounterSet lost;
  prometheus::Histogram& duration;

 private:
  // Codes of gRPC, OK to UNAUTHENTICATED.
  static constexpr std::size_t kCodes = 17;
  using ByDecider = std::array<std::atomic<prometheus::Counter*>, 2>;

  prometheus::Family<prometheus::Counter>& calls_family_;
  const std::string& action_;
  std::array<ByDecider, kCodes> calls_{};
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_TELEMETRY_ACTION_METRICS_H_
