#include "service/quota/pace.h"

#include <algorithm>
#include <cmath>

namespace tcgate {
namespace {

using std::chrono::duration;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Design: 25 ms of a second. For longer periods the same part of the period,
// which costs the same 2.4 % of the quota; for shorter ones no less, since the
// network's jitter is no shorter.
nanoseconds Guard(milliseconds period) {
  return std::max<nanoseconds>(milliseconds(25), period / 40);
}

double Slots(std::uint32_t calls, double share) {
  const double slots = calls * share;
  // The part of a millionth: 20 calls times 0.35 is 7, whatever doubles say.
  return slots < 1 ? slots : std::floor(slots + 1e-6);
}

// Chosen: so that no interval overflows, however small the share.
constexpr nanoseconds kLongest = std::chrono::hours(24);

}  // namespace

Pace::Pace(std::uint32_t calls, milliseconds period, double share)
    : period_(period),
      guard_(Guard(period)),
      slots_(Slots(calls, share)),
      full_(Interval(1, 1)) {}

nanoseconds Pace::Interval(double guards, double stretch) const {
  const duration<double, std::nano> interval =
      (period_ + guard_ * guards) * (stretch / slots_);
  return interval < kLongest ? duration_cast<nanoseconds>(interval) : kLongest;
}

MonoTime Pace::Next(nanoseconds interval) const {
  return used_ ? last_ + interval : MonoTime::min();
}

double Pace::Use(MonoTime now, nanoseconds interval, bool awaited) {
  MonoTime point = now;
  double there_were = 1;
  if (used_) {
    const MonoTime due = last_ + interval;
    const bool in_time = now - due <= lateness();
    if (in_time) {
      point = due;
    } else if (awaited) {
      point = now - lateness();
    }
    const duration<double> apart = point - last_;
    there_were = apart / full_;
    if (!awaited) {
      there_were = std::clamp(there_were, 1.0, std::max(1.0, slots_));
    } else {
      drift_ += (apart / interval - drift_) / 16;  // Chosen: over some 16.
    }
  }
  used_ = true;
  last_ = point;
  return there_were;
}

}  // namespace tcgate
