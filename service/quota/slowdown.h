#ifndef TCGATE_SERVICE_QUOTA_SLOWDOWN_H_
#define TCGATE_SERVICE_QUOTA_SLOWDOWN_H_

#include <chrono>

#include "service/base/clock.h"

namespace tcgate {

// How much something is slowed down by limit errors: a factor, 1 at full speed.
// Each error doubles it, up to `most`; every three windows without one halve
// it. Recovery goes by time and not by success, so that what is hardly used
// recovers too; and as the doubling does, by a factor, so that it is the errors
// a minute that settle, whatever the speed. From `most` it is back at 1 after
// 3 log2(most) windows.
//
// One burst counts once: not what was already out when an error came, and not
// what went out less than a window later, since the vendor's window that was
// overrun may last that long. Not thread-safe.
class Slowdown {
 public:
  // `window`: in which the vendor counts. `most` is 1 or more.
  Slowdown(double most, std::chrono::nanoseconds window)
      : most_(most), window_(window) {}

  double Factor(MonoTime now) const;

  // An attempt that was granted at `granted` came back with a limit error.
  // Returns whether that counts.
  bool Slow(MonoTime granted, MonoTime now);

 private:
  const double most_;
  const std::chrono::nanoseconds window_;
  double factor_ = 1;  // At `slowed_`.
  MonoTime slowed_ = MonoTime::min();
  MonoTime recovered_ = MonoTime::min();  // Back at full speed.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_QUOTA_SLOWDOWN_H_
