#include "service/telemetry/action_metrics.h"

#include <algorithm>

namespace tcgate {

ActionFamilies::ActionFamilies(Families& families)
    : calls(families.NewCounters(
          "tcgate_calls_total",
          "Calls that ended, by how and by who decided it.")),
      durations(families.NewHistograms(
          "tcgate_call_duration_seconds",
          "From the last byte of a request to its reply.", DurationBuckets())),
      errors(families.NewCounters(
          "tcgate_gateway_errors_total",
          "Calls that failed by the gateway's own decision, by why.")),
      replies(families.NewCounters("tcgate_replies_total",
                                   "Replies, by where they came from.")),
      attempts(families.NewCounters("tcgate_upstream_attempts_total",
                                    "Requests sent upstream, by their end.")),
      lost(families.NewCounters(
          "tcgate_reply_members_lost_total",
          "Members of replies that could not be represented.")) {}

ActionMetrics::ActionMetrics(ActionFamilies& families,
                             const std::string& action)
    : errors(families.errors, "reason", {{"action", action}}),
      replies(families.replies, "result", {{"action", action}}),
      attempts(families.attempts, "result", {{"action", action}}),
      lost(families.lost, "member", {{"action", action}}),
      duration(families.durations.Add({{"action", action}})),
      calls_family_(families.calls),
      action_(action) {}

prometheus::Counter& ActionMetrics::Calls(absl::StatusCode code,
                                          DecidedBy decided_by) {
  const bool vendor = decided_by == DecidedBy::kVendor;
  const std::size_t row = std::min(static_cast<std::size_t>(code), kCodes - 1);
  std::atomic<prometheus::Counter*>& known = calls_[row][vendor ? 1 : 0];
  prometheus::Counter* counter = known.load(std::memory_order_acquire);
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
