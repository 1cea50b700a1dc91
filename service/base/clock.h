#ifndef TCGATE_SERVICE_BASE_CLOCK_H_
#define TCGATE_SERVICE_BASE_CLOCK_H_

#include <chrono>

namespace tcgate {

// Two kinds of instant that the compiler keeps apart. `WallTime` is calendar
// time, may jump, and is for signatures and logs. `MonoTime` never goes back,
// and is for ages, rates and deadlines.
using WallTime = std::chrono::system_clock::time_point;
using MonoTime = std::chrono::steady_clock::time_point;

// Where time comes from. Everything that reads a clock takes a `Clock&`, which
// must outlive it. To wait, see http/loop.h. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  virtual WallTime WallNow() const = 0;
  virtual MonoTime MonoNow() const = 0;
};

// The machine's clocks.
Clock& SystemClock();

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_CLOCK_H_
