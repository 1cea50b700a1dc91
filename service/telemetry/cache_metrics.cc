#include "service/telemetry/cache_metrics.h"

#include "service/telemetry/families.h"

namespace tcgate {

CacheMetrics::CacheMetrics(Families& families)
    : bytes_(families.NewGauge("tcgate_cache_bytes",
                               "Bytes that stored replies take, all told.")),
      entries_(families.NewGauge("tcgate_cache_entries", "Stored replies.")),
      evictions_(families.NewCounter("tcgate_cache_evictions_total",
                                     "Stored replies that made room.")),
      // Chosen: TTLs go from a second to an hour.
      age_(families.NewHistogram(
          "tcgate_cache_age_seconds", "Age of stored replies when served.",
          {0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1800, 3600})),
      flights_(families.NewGauge("tcgate_flights",
                                 "Upstream calls that others may wait for.")),
      joins_(families.NewCounter(
          "tcgate_flight_joins_total",
          "Calls that waited for the flight of an equal call.")) {}

void CacheMetrics::Holds(std::size_t bytes, std::size_t entries) {
  bytes_.Set(static_cast<double>(bytes));
  entries_.Set(static_cast<double>(entries));
}

void CacheMetrics::Evicted(std::size_t entries) {
  evictions_.Increment(static_cast<double>(entries));
}

void CacheMetrics::Served(std::chrono::nanoseconds age) { age_.Observe(age); }

void CacheMetrics::Flights(int change) { flights_.Increment(change); }

void CacheMetrics::Joined() { joins_.Increment(); }

}  // namespace tcgate
