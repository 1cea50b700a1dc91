#include "service/telemetry/families.h"

#include <set>
#include <utility>

#include "prometheus/text_serializer.h"

namespace tcgate {

using prometheus::MetricFamily;
using prometheus::MetricType;

CounterFamily& Families::NewCounters(const char* name, const char* help) {
  Declare(name, help, MetricType::Counter);
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
}

GaugeFamily& Families::NewGauges(const char* name, const char* help) {
  Declare(name, help, MetricType::Gauge);
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry_);
}

HistogramFamily& Families::NewHistograms(const char* name, const char* help,
                                         std::vector<double> buckets) {
  Declared& declared = Declare(name, help, MetricType::Histogram);
  declared.histograms = std::make_unique<HistogramFamily>(std::move(buckets));
  return *declared.histograms;
}

prometheus::Counter& Families::NewCounter(const char* name, const char* help) {
  return NewCounters(name, help).Add({});
}

prometheus::Gauge& Families::NewGauge(const char* name, const char* help) {
  return NewGauges(name, help).Add({});
}

Histogram& Families::NewHistogram(const char* name, const char* help,
                                  std::vector<double> buckets) {
  return NewHistograms(name, help, std::move(buckets)).Add({});
}

Families::Declared& Families::Declare(const char* name, const char* help,
                                      MetricType type) {
  declared_.push_back({{name, help, type, {}}, nullptr});
  return declared_.back();
}

std::string Families::Render() const {
  std::vector<MetricFamily> shown = registry_.Collect();
  // The registry leaves out what has no sample.
  std::set<std::string> names;
  for (const MetricFamily& family : shown) names.insert(family.name);
  for (const Declared& declared : declared_) {
    if (names.contains(declared.family.name)) continue;
    shown.push_back(declared.family);
    if (declared.histograms != nullptr) {
      shown.back().metric = declared.histograms->Collect();
    }
  }
  return prometheus::TextSerializer().Serialize(shown);
}

std::vector<double> DurationBuckets() {
  return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
          0.25,   0.5,   1,      2.5,   5,    10,    30,   60};
}

}  // namespace tcgate
