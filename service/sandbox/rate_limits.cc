#include "service/sandbox/rate_limits.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "service/catalog/action.h"

namespace tcgate {

void RateLimits::Enable(bool enabled) {
  enabled_ = enabled;
  Forget();
}

std::optional<VendorError> RateLimits::Count(const std::string& secret_id,
                                             const Action& action,
                                             const std::string& code,
                                             WallTime now) {
  if (!enabled_) return std::nullopt;
  Window& window = windows_[{secret_id, action.index}];
  const std::int64_t number =
      std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()) /
      action.limit_period;
  if (number != window.number) window = {number, 0};
  ++window.calls;
  if (window.calls <= action.limit_calls) return std::nullopt;
  return RateError(action, code, window.calls);
}

VendorError RateError(const Action& action, std::string code,
                      std::uint64_t call) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(action.limit_period)
          .count();
  const std::string period =
      seconds <= 1 ? "a second" : absl::StrCat(seconds, " seconds");
  return {std::move(code),
          absl::StrCat("Your current request times equals to `", call, "` in ",
                       period, ", which exceeds the frequency limit `",
                       action.limit_calls, "` for ", period,
                       ". Please reduce the frequency of calls.")};
}

}  // namespace tcgate
