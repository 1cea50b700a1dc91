#ifndef TCGATE_SERVICE_TELEMETRY_HISTOGRAM_H_
#define TCGATE_SERVICE_TELEMETRY_HISTOGRAM_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "prometheus/client_metric.h"
#include "prometheus/labels.h"
#include "service/base/mutex.h"

namespace tcgate {

// How long things took, counted in buckets. The library's own takes a lock for
// each value, for which all who serve hits would queue; this one has none.
// Thread-safe.
class Histogram {
 public:
  // Upper ends of the buckets in seconds, ascending, without the last, infinite
  // one. Must outlive this.
  explicit Histogram(const std::vector<double>& ends)
      : ends_(ends), counts_(ends.size() + 1) {}

  void Observe(std::chrono::nanoseconds value);

  // A value that comes meanwhile may be in the count and not in the sum.
  prometheus::ClientMetric Collect() const;

 private:
  const std::vector<double>& ends_;
  std::vector<std::atomic<std::uint64_t>> counts_;  // One a bucket.
  std::atomic<double> sum_{0};
};

// Histograms of one name, all with the same buckets. Thread-safe.
class HistogramFamily {
 public:
  explicit HistogramFamily(std::vector<double> ends) : ends_(std::move(ends)) {}

  // Gives the same histogram for the same labels; it lives as long as this.
  Histogram& Add(const prometheus::Labels& labels) ABSL_LOCKS_EXCLUDED(mu_);

  std::vector<prometheus::ClientMetric> Collect() const
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  const std::vector<double> ends_;
  mutable Mutex mu_;
  std::map<prometheus::Labels, Histogram> histograms_ ABSL_GUARDED_BY(mu_);
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_TELEMETRY_HISTOGRAM_H_
