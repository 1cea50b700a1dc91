#ifndef TCGATE_SERVICE_TELEMETRY_FAMILIES_H_
#define TCGATE_SERVICE_TELEMETRY_FAMILIES_H_

#include <memory>
#include <string>
#include <vector>

#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/gauge.h"
#include "prometheus/metric_family.h"
#include "prometheus/registry.h"
#include "service/telemetry/histogram.h"

namespace tcgate {

using CounterFamily = prometheus::Family<prometheus::Counter>;
using GaugeFamily = prometheus::Family<prometheus::Gauge>;

// Every metric of the process, by name. What this makes lives as long as this.
// `New...` once a name, all of them before another thread comes; then
// thread-safe.
class Families {
 public:
  Families() = default;
  Families(const Families&) = delete;
  Families& operator=(const Families&) = delete;

  CounterFamily& NewCounters(const char* name, const char* help);
  GaugeFamily& NewGauges(const char* name, const char* help);
  // `buckets`: their upper ends, ascending, without the last, infinite one.
  HistogramFamily& NewHistograms(const char* name, const char* help,
                                 std::vector<double> buckets);

  // Those that have no label.
  prometheus::Counter& NewCounter(const char* name, const char* help);
  prometheus::Gauge& NewGauge(const char* name, const char* help);
  Histogram& NewHistogram(const char* name, const char* help,
                          std::vector<double> buckets);

  // The text format, version 0.0.4. A family is there from the start, with its
  // HELP and TYPE, also while it has no sample: the page is the list of what
  // there is.
  std::string Render() const;

 private:
  // A family without its samples, which the registry has or the histograms.
  struct Declared {
    prometheus::MetricFamily family;
    std::unique_ptr<HistogramFamily> histograms;  // Null: the registry.
  };

  Declared& Declare(const char* name, const char* help,
                    prometheus::MetricType type);

  prometheus::Registry registry_;
  std::vector<Declared> declared_;
};

// Upper ends of buckets, in seconds, for a call and for an attempt. Chosen: a
// hit or a refusal takes well under a millisecond, the vendor 20 ms to some
// seconds, and the longest deadline is five minutes.
std::vector<double> DurationBuckets();

}  // namespace tcgate

#endif  // TCGATE_SERVICE_TELEMETRY_FAMILIES_H_
