#include "service/telemetry/metrics.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"
#include "service/telemetry/action_metrics.h"

namespace tcgate {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Registry;

Counter& NewCounter(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter()
      .Name(name)
      .Help(help)
      .Register(registry)
      .Add({});
}

// Made when the action is first called: a catalogue may have thousands of
// actions, of which a deployment calls some dozens.
struct LazyAction {
  std::string label;
  std::once_flag once;
  std::unique_ptr<ActionMetrics> metrics;
};

}  // namespace

struct Metrics::Parts {
  explicit Parts(std::vector<std::string> labels)
      : families(registry),
        connections(NewCounter(registry,
                               "tcgate_upstream_connections_opened_total",
                               "Connections opened to upstream.")),
        log_dropped(NewCounter(registry, "tcgate_access_log_dropped_total",
                               "Access log lines that were not written.")),
        in_flight(prometheus::BuildGauge()
                      .Name("tcgate_calls_in_flight")
                      .Help("Calls that have begun and not ended.")
                      .Register(registry)
                      .Add({})),
        actions(labels.size() + 1) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      actions[i].label = std::move(labels[i]);
    }
    actions.back().label = "unknown";
    prometheus::BuildGauge()
        .Name("tcgate_build_info")
        .Help("Always 1; the label says which build this is.")
        .Register(registry)
        .Add({{"version", TCGATE_VERSION}})
        .Set(1);
  }

  ActionMetrics& Of(std::size_t index) {
    LazyAction& action = actions[std::min(index, actions.size() - 1)];
    std::call_once(action.once, [this, &action] {
      action.metrics = std::make_unique<ActionMetrics>(families, action.label);
    });
    return *action.metrics;
  }

  Registry registry;
  ActionFamilies families;
  Counter& connections;
  Counter& log_dropped;
  Gauge& in_flight;
  std::vector<LazyAction> actions;  // By index; the last is `unknown`.
};

Metrics::Metrics(std::vector<std::string> action_labels)
    : parts_(std::make_unique<Parts>(std::move(action_labels))) {}

Metrics::~Metrics() = default;

void Metrics::CallEnded(std::size_t action, absl::StatusCode code,
                        DecidedBy decided_by, std::chrono::nanoseconds took) {
  ActionMetrics& metrics = parts_->Of(action);
  metrics.Calls(code, decided_by).Increment();
  metrics.duration.Observe(std::chrono::duration<double>(took).count());
}

void Metrics::Replied(std::size_t action, const char* result) {
  parts_->Of(action).replies.Get(result).Increment();
}

void Metrics::Attempted(std::size_t action, const char* result) {
  parts_->Of(action).attempts.Get(result).Increment();
}

void Metrics::ConnectionOpened() { parts_->connections.Increment(); }

void Metrics::MemberLost(std::size_t action, const std::string& member) {
  parts_->Of(action).lost.Get(member).Increment();
}

void Metrics::InFlight(int change) { parts_->in_flight.Increment(change); }

void Metrics::LogLinesDropped(std::size_t lines) {
  parts_->log_dropped.Increment(static_cast<double>(lines));
}

std::string Metrics::Render() const {
  return prometheus::TextSerializer().Serialize(parts_->registry.Collect());
}

}  // namespace tcgate
