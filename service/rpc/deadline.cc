#include "service/rpc/deadline.h"

#include <chrono>
#include <optional>

namespace tcgate {
namespace {

// The client's deadline, or `mono_now + longest` where that is earlier.
// Compared before anything is subtracted: a far one must not overflow.
std::optional<MonoTime> Within(WallTime asked, WallTime wall_now,
                               MonoTime mono_now,
                               std::chrono::seconds longest) {
  if (asked <= wall_now) return std::nullopt;
  if (asked >= wall_now + longest) return mono_now + longest;
  return mono_now +
         std::chrono::duration_cast<MonoTime::duration>(asked - wall_now);
}

}  // namespace

std::optional<MonoTime> CallDeadline(WallTime asked, WallTime wall_now,
                                     MonoTime mono_now) {
  if (asked == WallTime::max()) return mono_now + kDefaultCallTime;
  return Within(asked, wall_now, mono_now, kLongestCallTime);
}

std::optional<MonoTime> StreamDeadline(WallTime asked, WallTime wall_now,
                                       MonoTime mono_now) {
  constexpr std::chrono::years kNever{1};
  if (asked >= wall_now + kNever) return MonoTime::max();
  return Within(asked, wall_now, mono_now, kNever);
}

}  // namespace tcgate
