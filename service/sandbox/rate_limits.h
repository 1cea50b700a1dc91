#ifndef TCGATE_SERVICE_SANDBOX_RATE_LIMITS_H_
#define TCGATE_SERVICE_SANDBOX_RATE_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/sandbox/vendor_error.h"

namespace tcgate {

struct Action;

// The vendor's limits: so many calls of an action in each period of the clock,
// counted for each key. Periods are fixed: that of a second begins with the
// second, so twice the limit may come around its edge. Not thread-safe.
class RateLimits {
 public:
  explicit RateLimits(bool enabled) : enabled_(enabled) {}

  // Off, nothing is refused or counted.
  void Enable(bool enabled);
  void Forget() { windows_.clear(); }

  // Counts a call, and returns `code` with the vendor's message if it is one
  // too many. Calls that are refused count, as in the vendor's message.
  std::optional<VendorError> Count(const std::string& secret_id,
                                   const Action& action,
                                   const std::string& code, WallTime now);

 private:
  struct Window {
    std::int64_t number = 0;  // Of the period, from the epoch.
    std::uint64_t calls = 0;
  };
  bool enabled_;
  // By key and action: bounded, since both are known ones.
  std::map<std::pair<std::string, std::size_t>, Window> windows_;
};

// The vendor's message, with `code`, for the `call`th call of a period.
VendorError RateError(const Action& action, std::string code,
                      std::uint64_t call);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_RATE_LIMITS_H_
