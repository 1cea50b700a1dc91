#include "service/telemetry/upstream_metrics.h"

#include "service/telemetry/families.h"
#include "service/telemetry/metric_set.h"
#include "service/telemetry/per_action.h"

namespace tcgate {
namespace {

// Chosen: a deployment talks to a host a product, and has some dozens.
constexpr std::size_t kHosts = 64;

struct AttemptFamilies {
  explicit AttemptFamilies(Families& families)
      : durations(families.NewHistograms(
            "tcgate_upstream_attempt_duration_seconds",
            "Requests sent upstream, from signing to their end.",
            DurationBuckets())),
        repeats(families.NewCounters(
            "tcgate_upstream_repeats_total",
            "Attempts that followed another of their call, by why.")) {}

  HistogramFamily& durations;
  CounterFamily& repeats;
};

struct ActionAttempts {
  using Shared = AttemptFamilies;

  ActionAttempts(AttemptFamilies& families, const std::string& action)
      : duration(families.durations.Add({{"action", action}})),
        repeats(families.repeats, "step", {{"action", action}}) {}

  Histogram& duration;
  MetricSet<CounterFamily> repeats;
};

}  // namespace

struct UpstreamMetrics::Parts {
  Parts(Families& all, const std::vector<std::string>& labels)
      : attempts(all),
        actions(attempts, labels),
        budgets(all.NewGauges("tcgate_upstream_retry_budget",
                              "Repeats that a host has left."),
                "host"),
        breakers(all.NewGauges("tcgate_upstream_breaker_state",
                               "0 closed, 1 half open, 2 open."),
                 "host"),
        opened(all.NewCounter("tcgate_upstream_connections_opened_total",
                              "Connections opened to upstream.")),
        reused(all.NewCounter("tcgate_upstream_connections_reused_total",
                              "Requests on a connection that was open.")),
        // Chosen: an idle loop is late by some 0.1 ms; past a second, every
        // call is.
        loop_lag(all.NewHistogram(
            "tcgate_loop_lag_seconds", "How late the loop does what is due.",
            {0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1})),
        expiries(all.NewGauges("tcgate_credential_expiry_timestamp_seconds",
                               "Unix time at which a credential ends.")) {}

  AttemptFamilies attempts;
  PerAction<ActionAttempts> actions;
  MetricSet<GaugeFamily, kHosts> budgets;
  MetricSet<GaugeFamily, kHosts> breakers;
  prometheus::Counter& opened;
  prometheus::Counter& reused;
  Histogram& loop_lag;
  GaugeFamily& expiries;
};

UpstreamMetrics::UpstreamMetrics(Families& families,
                                 const std::vector<std::string>& labels)
    : parts_(std::make_unique<Parts>(families, labels)) {}

UpstreamMetrics::~UpstreamMetrics() = default;

void UpstreamMetrics::AttemptTook(std::size_t action,
                                  std::chrono::nanoseconds took) {
  parts_->actions.Of(action).duration.Observe(took);
}

void UpstreamMetrics::Repeated(std::size_t action, const char* step) {
  parts_->actions.Of(action).repeats.Get(step).Increment();
}

void UpstreamMetrics::Budget(const std::string& host, double tokens) {
  parts_->budgets.Get(host).Set(tokens);
}

void UpstreamMetrics::Breaker(const std::string& host, int state) {
  parts_->breakers.Get(host).Set(state);
}

void UpstreamMetrics::ConnectionOpened() { parts_->opened.Increment(); }

void UpstreamMetrics::ConnectionReused() { parts_->reused.Increment(); }

void UpstreamMetrics::LoopLag(std::chrono::nanoseconds lag) {
  parts_->loop_lag.Observe(lag);
}

void UpstreamMetrics::CredentialExpires(const std::string& account,
                                        WallTime when) {
  const std::chrono::duration<double> unix_time = when.time_since_epoch();
  parts_->expiries.Add({{"account", account}}).Set(unix_time.count());
}

}  // namespace tcgate
