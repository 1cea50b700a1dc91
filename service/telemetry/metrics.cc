#include "service/telemetry/metrics.h"

#include <utility>

#include "service/telemetry/action_metrics.h"
#include "service/telemetry/cache_metrics.h"
#include "service/telemetry/families.h"
#include "service/telemetry/per_action.h"
#include "service/telemetry/quota_metrics.h"
#include "service/telemetry/upstream_metrics.h"

namespace tcgate {

struct Metrics::Parts {
  explicit Parts(std::vector<std::string> action_labels)
      : labels(std::move(action_labels)),
        action_families(families),
        log_dropped(families.NewCounter("tcgate_access_log_dropped_total",
                                        "Access log lines not written.")),
        ready(families.NewGauge("tcgate_ready",
                                "1 when started and not draining, else 0.")),
        in_flight(families.NewGauge("tcgate_calls_in_flight",
                                    "Calls that have begun and not ended.")) {
    families
        .NewGauges("tcgate_build_info",
                   "Always 1; the label says which build this is.")
        .Add({{"version", TCGATE_VERSION}})
        .Set(1);
  }

  Families families;
  const std::vector<std::string> labels;
  ActionFamilies action_families;
  PerAction<ActionMetrics> actions{action_families, labels};
  prometheus::Counter& log_dropped;
  prometheus::Gauge& ready;
  prometheus::Gauge& in_flight;
  CacheMetrics cache{families};
  QuotaMetrics quota{families, labels};
  UpstreamMetrics upstream{families, labels};
};

Metrics::Metrics(std::vector<std::string> action_labels) {
  // `PerAction` takes an index past the end for the last.
  action_labels.emplace_back("unknown");
  parts_ = std::make_unique<Parts>(std::move(action_labels));
}

Metrics::~Metrics() = default;

void Metrics::CallEnded(std::size_t action, absl::StatusCode code,
                        DecidedBy decided_by, std::chrono::nanoseconds took) {
  ActionMetrics& metrics = parts_->actions.Of(action);
  metrics.Calls(code, decided_by).Increment();
  metrics.duration.Observe(took);
}

void Metrics::Failed(std::size_t action, const std::string& reason) {
  parts_->actions.Of(action).errors.Get(reason).Increment();
}

void Metrics::Replied(std::size_t action, const char* result) {
  parts_->actions.Of(action).replies.Get(result).Increment();
}

void Metrics::Attempted(std::size_t action, const char* result) {
  parts_->actions.Of(action).attempts.Get(result).Increment();
}

void Metrics::MemberLost(std::size_t action, const std::string& member) {
  parts_->actions.Of(action).lost.Get(member).Increment();
}

void Metrics::InFlight(int change) { parts_->in_flight.Increment(change); }

void Metrics::Ready(bool ready) { parts_->ready.Set(ready ? 1 : 0); }

void Metrics::LogLinesDropped(std::size_t lines) {
  parts_->log_dropped.Increment(static_cast<double>(lines));
}

CacheMetrics& Metrics::cache() { return parts_->cache; }

QuotaMetrics& Metrics::quota() { return parts_->quota; }

UpstreamMetrics& Metrics::upstream() { return parts_->upstream; }

std::string Metrics::Render() const { return parts_->families.Render(); }

}  // namespace tcgate
