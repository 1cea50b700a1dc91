#ifndef TCGATE_TESTS_SUPPORT_FAKE_CLOCK_H_
#define TCGATE_TESTS_SUPPORT_FAKE_CLOCK_H_

#include "service/base/clock.h"
#include "service/base/mutex.h"

namespace tcgate {

// A clock that moves only when told to. Thread-safe.
class FakeClock final : public Clock {
 public:
  WallTime WallNow() const override {
    MutexLock lock(mu_);
    return wall_;
  }
  MonoTime MonoNow() const override {
    MutexLock lock(mu_);
    return mono_;
  }

  // Moves both clocks.
  void Advance(std::chrono::nanoseconds by) {
    MutexLock lock(mu_);
    wall_ += std::chrono::duration_cast<WallTime::duration>(by);
    mono_ += std::chrono::duration_cast<MonoTime::duration>(by);
  }

  // Moves the calendar alone, as an NTP step does.
  void SetWall(WallTime wall) {
    MutexLock lock(mu_);
    wall_ = wall;
  }

 private:
  mutable Mutex mu_;
  // Not zero, so that a forgotten default-constructed instant shows.
  WallTime wall_ ABSL_GUARDED_BY(mu_){std::chrono::seconds(1551113065)};
  MonoTime mono_ ABSL_GUARDED_BY(mu_){std::chrono::hours(1)};
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_SUPPORT_FAKE_CLOCK_H_
