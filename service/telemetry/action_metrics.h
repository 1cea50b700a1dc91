#ifndef TCGATE_SERVICE_TELEMETRY_ACTION_METRICS_H_
#define TCGATE_SERVICE_TELEMETRY_ACTION_METRICS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "prometheus/counter.h"
#include "service/base/outcome.h"
#include "service/telemetry/families.h"
#include "service/telemetry/metric_set.h"

namespace tcgate {

// The metrics of calls that have an action as a label.
struct ActionFamilies {
  explicit ActionFamilies(Families& families);

  CounterFamily& calls;
  HistogramFamily& durations;
  CounterFamily& errors;
  CounterFamily& replies;
  CounterFamily& attempts;
  CounterFamily& lost;
};

// What is counted for one action. Thread-safe.
class ActionMetrics {
 public:
  using Shared = ActionFamilies;

  // Both must outlive this.
  ActionMetrics(ActionFamilies& families, const std::string& action);

  prometheus::Counter& Calls(absl::StatusCode code, DecidedBy decided_by);

  MetricSet<CounterFamily, 32> errors;  // `reason::` has some two dozen.
  MetricSet<CounterFamily> replies;
  MetricSet<CounterFamily> attempts;
  MetricSet<CounterFamily> lost;
  Histogram& duration;

 private:
  // Codes of gRPC, OK to UNAUTHENTICATED.
  static constexpr std::size_t kCodes = 17;
  using ByDecider = std::array<std::atomic<prometheus::Counter*>, 2>;

  CounterFamily& calls_family_;
  const std::string& action_;
  std::array<ByDecider, kCodes> calls_{};
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_TELEMETRY_ACTION_METRICS_H_
