#include "service/http/keep_alive.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace tcgate {

void KeepAlive::Closed(MonoTime now, Duration idle) {
  if (idle < kLeast) return;
  const bool knows_less =
      learnt_.has_value() && now < forget_at_ && *learnt_ <= idle;
  if (!knows_less) {
    learnt_ = idle;
    announced_ = false;
  }
  forget_at_ = now + kMemory;
  lasted_ = std::min(lasted_, idle);
}

void KeepAlive::Announced(MonoTime now, Duration time) {
  learnt_ = time;
  announced_ = true;
  forget_at_ = now + kMemory;
}

void KeepAlive::Lasted(Duration idle) { lasted_ = std::max(lasted_, idle); }

KeepAlive::Duration KeepAlive::MaxIdle(MonoTime now, bool once,
                                       Duration most) const {
  const bool knows = learnt_.has_value() && now < forget_at_;
  if (knows) most = std::min(most, MostOf(*learnt_));
  if (!once || (knows && announced_)) return most;
  return std::min(most, std::max<Duration>(kLeast, MostOf(lasted_)));
}

std::optional<std::chrono::seconds> KeepAliveTimeout(absl::string_view line) {
  constexpr absl::string_view kTime = "timeout=";
  if (!absl::StartsWithIgnoreCase(line, "keep-alive:")) return std::nullopt;
  const std::size_t at = line.find(kTime);
  if (at == absl::string_view::npos) return std::nullopt;
  line.remove_prefix(at + kTime.size());
  std::uint32_t seconds = 0;
  if (!absl::SimpleAtoi(line.substr(0, line.find_first_of(", ;\r\n")),
                        &seconds)) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds);
}

}  // namespace tcgate
