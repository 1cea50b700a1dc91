#ifndef TCGATE_SERVICE_TELEMETRY_QUOTA_METRICS_H_
#define TCGATE_SERVICE_TELEMETRY_QUOTA_METRICS_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace tcgate {

class Families;

// What calls wait for before they go upstream. `action` is `Action::index`.
// Thread-safe; takes no lock that is shared between actions, once an action was
// seen: some 20 ns each.
class QuotaMetrics {
 public:
  // Both must outlive this. `labels` is as `PerAction` wants it.
  QuotaMetrics(Families& families, const std::vector<std::string>& labels);
  ~QuotaMetrics();

  enum class End {
    kGranted,  // The attempt has its slot.
    kRefused,  // At once: the wait would have been too long.
    kLeft,     // Cancelled, or its deadline passed, while it waited.
  };

  // tcgate_quota_waiting: +1 when one begins to wait, -1 when it no longer
  // does.
  void Waiting(std::size_t action, int change);

  // tcgate_quota_wait_seconds, with how the wait ended. Zero for what did not
  // wait.
  void Ended(std::size_t action, End end, std::chrono::nanoseconds waited);

  // tcgate_quota_slots_used_total and tcgate_quota_slots_total: slots that were
  // used, and that there were, since this was last said. Neither is negative.
  void Slots(std::size_t action, double used, double there_were);

  // tcgate_quota_slowdowns_total: a limit error of the vendor made the pace
  // slower.
  void Slowed(std::size_t action);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_TELEMETRY_QUOTA_METRICS_H_
