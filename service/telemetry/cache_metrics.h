#ifndef TCGATE_SERVICE_TELEMETRY_CACHE_METRICS_H_
#define TCGATE_SERVICE_TELEMETRY_CACHE_METRICS_H_

#include <chrono>
#include <cstddef>

// Only `telemetry` includes the library.
namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace tcgate {

class Families;
class Histogram;

// What the store of replies holds and what its flights do. Thread-safe; takes
// no lock: some 20 ns each.
class CacheMetrics {
 public:
  // Must outlive this.
  explicit CacheMetrics(Families& families);

  // tcgate_cache_bytes and tcgate_cache_entries: what is held now.
  void Holds(std::size_t bytes, std::size_t entries);

  // tcgate_cache_evictions_total: entries that went to make room.
  void Evicted(std::size_t entries);

  // tcgate_cache_age_seconds: the age of a stored reply that was given to a
  // call.
  void Served(std::chrono::nanoseconds age);

  // tcgate_flights: +1 when one begins, -1 when it ends.
  void Flights(int change);

  // tcgate_flight_joins_total: a call waits for a flight that another began.
  void Joined();

 private:
  prometheus::Gauge& bytes_;
  prometheus::Gauge& entries_;
  prometheus::Counter& evictions_;
  Histogram& age_;
  prometheus::Gauge& flights_;
  prometheus::Counter& joins_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_TELEMETRY_CACHE_METRICS_H_
