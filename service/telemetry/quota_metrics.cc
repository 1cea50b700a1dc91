#include "service/telemetry/quota_metrics.h"

#include "service/telemetry/families.h"
#include "service/telemetry/metric_set.h"
#include "service/telemetry/per_action.h"

namespace tcgate {
namespace {

struct QuotaFamilies {
  explicit QuotaFamilies(Families& families)
      : waiting(families.NewGauges("tcgate_quota_waiting",
                                   "Attempts that wait for a slot.")),
        // Chosen: a pace of 20 a second gives a slot each 50 ms; a minute of
        // waiting is longer than nearly every deadline.
        waits(families.NewHistograms("tcgate_quota_wait_seconds",
                                     "Waiting for a slot, by how it ended.",
                                     {0.001, 0.005, 0.01, 0.025, 0.05, 0.1,
                                      0.25, 0.5, 1, 2.5, 5, 10, 30, 60})),
        slots_used(families.NewCounters("tcgate_quota_slots_used_total",
                                        "Slots of the limits that were used.")),
        slots(families.NewCounters("tcgate_quota_slots_total",
                                   "Slots that the limits gave.")),
        slowdowns(families.NewCounters(
            "tcgate_quota_slowdowns_total",
            "Limit errors of the vendor that made the pace slower.")) {}

  GaugeFamily& waiting;
  HistogramFamily& waits;
  CounterFamily& slots_used;
  CounterFamily& slots;
  CounterFamily& slowdowns;
};

struct ActionQuota {
  using Shared = QuotaFamilies;

  ActionQuota(QuotaFamilies& families, const std::string& action)
      : waiting(families.waiting.Add({{"action", action}})),
        waits(families.waits, "result", {{"action", action}}),
        slots_used(families.slots_used.Add({{"action", action}})),
        slots(families.slots.Add({{"action", action}})),
        slowdowns(families.slowdowns.Add({{"action", action}})) {}

  prometheus::Gauge& waiting;
  MetricSet<HistogramFamily, 3> waits;  // By the names below.
  prometheus::Counter& slots_used;
  prometheus::Counter& slots;
  prometheus::Counter& slowdowns;
};

const char* EndName(QuotaMetrics::End end) {
  switch (end) {
    case QuotaMetrics::End::kGranted:
      return "granted";
    case QuotaMetrics::End::kRefused:
      return "refused";
    case QuotaMetrics::End::kLeft:
      return "left";
  }
  return "";
}

}  // namespace

struct QuotaMetrics::Parts {
  Parts(Families& all, const std::vector<std::string>& labels)
      : families(all), actions(families, labels) {}

  QuotaFamilies families;
  PerAction<ActionQuota> actions;
};

QuotaMetrics::QuotaMetrics(Families& families,
                           const std::vector<std::string>& labels)
    : parts_(std::make_unique<Parts>(families, labels)) {}

QuotaMetrics::~QuotaMetrics() = default;

void QuotaMetrics::Waiting(std::size_t action, int change) {
  parts_->actions.Of(action).waiting.Increment(change);
}

void QuotaMetrics::Ended(std::size_t action, End end,
                         std::chrono::nanoseconds waited) {
  parts_->actions.Of(action).waits.Get(EndName(end)).Observe(waited);
}

void QuotaMetrics::Slots(std::size_t action, double used, double there_were) {
  ActionQuota& quota = parts_->actions.Of(action);
  quota.slots_used.Increment(used);
  quota.slots.Increment(there_were);
}

void QuotaMetrics::Slowed(std::size_t action) {
  parts_->actions.Of(action).slowdowns.Increment();
}

}  // namespace tcgate
