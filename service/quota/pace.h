#ifndef TCGATE_SERVICE_QUOTA_PACE_H_
#define TCGATE_SERVICE_QUOTA_PACE_H_

#include <chrono>
#include <cstdint>

#include "service/base/clock.h"

namespace tcgate {

// When the slots of one bucket are: an even grid, slow enough that no window of
// the vendor, whatever its phase, ever holds more than `calls`. Pure: time
// comes in.
//
// The bound. Let P be the vendor's period, n the slots of a period, G the guard
// and D a fifth of it. Points of the grid are at least (P + G) / n apart, and
// who gets the slot of a point gets it at most D after the point:
//   - late by at most D: the grid stays, so that a timer's lateness, about 1 ms
//     each time, costs no quota;
//   - later than that: the grid moves on, to D before now where somebody waited
//     for the slot, to now where the slot lay idle.
// So any n + 1 slots in a row span at least P + G - D: one more than a window
// can hold, with 4/5 of G (20 ms of a second) left for what the network does.
//
// n is whole, rounded down: 2.5 slots a second would put 3 into some windows.
// Below one slot a period the interval is stretched instead.
//
// Not thread-safe.
class Pace {
 public:
  // `calls` in each `period`, both as the vendor documents them; `share` of
  // that.
  Pace(std::uint32_t calls, std::chrono::milliseconds period, double share);

  // The interval at full speed.
  std::chrono::nanoseconds full() const { return full_; }
  // D above.
  std::chrono::nanoseconds lateness() const { return guard_ / 5; }
  std::chrono::milliseconds period() const { return period_; }

  // The interval with the guard `guards` times as wide, and all of it `stretch`
  // times as long. Both are 1 or more.
  std::chrono::nanoseconds Interval(double guards, double stretch) const;

  // The point of the grid after the last one used. In the past: a slot is free.
  MonoTime Next(std::chrono::nanoseconds interval) const;

  // How much further apart than the interval the slots that somebody waited
  // for have been lately: 1, but for timers later than D.
  double drift() const { return drift_; }

  // Uses a slot, which somebody `awaited` or not. Returns how many there were
  // at full speed since the last one: 1 or more, and where nobody waited at
  // most those of a period, since how long a limit lay idle says nothing of how
  // near it is now.
  // REQUIRES: `Next(interval)` <= `now`.
  double Use(MonoTime now, std::chrono::nanoseconds interval, bool awaited);

 private:
  const std::chrono::milliseconds period_;
  const std::chrono::nanoseconds guard_;
  const double slots_;  // In a period; whole from 1 on.
  const std::chrono::nanoseconds full_;
  double drift_ = 1;
  bool used_ = false;
  MonoTime last_;  // Where `used_`: the last point that was used.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_QUOTA_PACE_H_
