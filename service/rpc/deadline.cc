#include "service/rpc/deadline.h"

#include <algorithm>
#include <chrono>
#include <optional>

namespace tcgate {
namespace {

using std::chrono::milliseconds;

// The client's deadline, or `mono_now + longest` where that is earlier.
// Compared before anything is subtracted: a far one must not overflow.
std::optional<MonoTime> Within(WallTime asked, WallTime wall_now,
                               MonoTime mono_now, milliseconds longest) {
  if (asked <= wall_now) return std::nullopt;
  if (asked >= wall_now + longest) return mono_now + longest;
  return mono_now +
         std::chrono::duration_cast<MonoTime::duration>(asked - wall_now);
}

}  // namespace

milliseconds LongestWithin(milliseconds grace) {
  return grace - std::min(milliseconds(1000), grace / 10);
}

std::optional<MonoTime> CallDeadline(WallTime asked, WallTime wall_now,
                                     MonoTime mono_now, milliseconds longest) {
  const milliseconds most = asked == WallTime::max()
                                ? milliseconds(kDefaultCallTime)
                                : milliseconds(kLongestCallTime);
  return Within(asked, wall_now, mono_now, std::min(most, longest));
}

std::optional<MonoTime> StreamDeadline(WallTime asked, WallTime wall_now,
                                       MonoTime mono_now,
                                       milliseconds longest) {
  return Within(asked, wall_now, mono_now, longest);
}

}  // namespace tcgate
