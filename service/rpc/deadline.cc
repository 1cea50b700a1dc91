#include "service/rpc/deadline.h"

#include <chrono>
#include <optional>

namespace tcgate {

std::optional<MonoTime> CallDeadline(WallTime asked, WallTime wall_now,
                                     MonoTime mono_now) {
  if (asked == WallTime::max()) return mono_now + kDefaultCallTime;
  if (asked <= wall_now) return std::nullopt;
  // Compared before anything is subtracted: a far deadline must not overflow.
  if (asked >= wall_now + kLongestCallTime) return mono_now + kLongestCallTime;
  return mono_now +
         std::chrono::duration_cast<MonoTime::duration>(asked - wall_now);
}

}  // namespace tcgate
