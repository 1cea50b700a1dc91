#ifndef TCGATE_SERVICE_TELEMETRY_METRIC_SET_H_
#define TCGATE_SERVICE_TELEMETRY_METRIC_SET_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/strings/string_view.h"
#include "prometheus/labels.h"
#include "service/base/mutex.h"

namespace tcgate {

// The metrics of one family that share all their labels but one, by the value
// of that one. A metric that was made is found without a lock: `Family::Add`
// takes the family's and hashes every label, which costs microseconds.
// Thread-safe.
//
// `kSlots`: how many values are kept at hand. What finds no slot is looked up
// in the family each time. Chosen: more than any fixed list has.
template <typename Family, std::size_t kSlots = 16>
class MetricSet {
 public:
  using Metric = std::remove_reference_t<decltype(std::declval<Family&>().Add(
      prometheus::Labels{}))>;

  // `family` must outlive this; `label` is a literal.
  MetricSet(Family& family, const char* label, prometheus::Labels shared = {})
      : family_(family), label_(label), shared_(std::move(shared)) {}

  Metric& Get(absl::string_view value) {
    for (Slot& slot : slots_) {
      Metric* metric = slot.metric.load(std::memory_order_acquire);
      if (metric == nullptr) break;
      if (slot.value == value) return *metric;
    }
    return Add(std::string(value));
  }

 private:
  struct Slot {
    std::string value;  // Written before `metric` is published.
    std::atomic<Metric*> metric{nullptr};
  };

  Metric& Add(std::string value) ABSL_LOCKS_EXCLUDED(mu_) {
    prometheus::Labels labels = shared_;
    labels[label_] = value;
    Metric& metric = family_.Add(labels);
    MutexLock lock(mu_);
    for (Slot& slot : slots_) {
      Metric* taken = slot.metric.load(std::memory_order_relaxed);
      if (taken == &metric) break;
      if (taken != nullptr) continue;
      slot.value = std::move(value);
      slot.metric.store(&metric, std::memory_order_release);
      break;
    }
    return metric;
  }

  Family& family_;
  const char* const label_;
  const prometheus::Labels shared_;
  Mutex mu_;  // Held while a slot is filled; reading one needs none.
  std::array<Slot, kSlots> slots_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_TELEMETRY_METRIC_SET_H_
