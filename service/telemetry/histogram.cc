#include "service/telemetry/histogram.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace tcgate {

void Histogram::Observe(std::chrono::nanoseconds value) {
  const double seconds = std::chrono::duration<double>(value).count();
  // An upper end is part of its bucket.
  const auto end = std::lower_bound(ends_.begin(), ends_.end(), seconds);
  counts_[static_cast<std::size_t>(end - ends_.begin())].fetch_add(
      1, std::memory_order_relaxed);
  sum_.fetch_add(seconds, std::memory_order_relaxed);
}

prometheus::ClientMetric Histogram::Collect() const {
  prometheus::ClientMetric metric;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    count += counts_[i].load(std::memory_order_relaxed);
    const double end =
        i < ends_.size() ? ends_[i] : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({count, end});
  }
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = sum_.load(std::memory_order_relaxed);
  return metric;
}

Histogram& HistogramFamily::Add(const prometheus::Labels& labels) {
  MutexLock lock(mu_);
  return histograms_.try_emplace(labels, ends_).first->second;
}

std::vector<prometheus::ClientMetric> HistogramFamily::Collect() const {
  std::vector<prometheus::ClientMetric> metrics;
  MutexLock lock(mu_);
  for (const auto& [labels, histogram] : histograms_) {
    metrics.push_back(histogram.Collect());
    for (const auto& [name, value] : labels) {
      metrics.back().label.push_back({name, value});
    }
  }
  return metrics;
}

}  // namespace tcgate
