#ifndef TCGATE_SERVICE_UPSTREAM_BREAKER_H_
#define TCGATE_SERVICE_UPSTREAM_BREAKER_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>

#include "service/base/clock.h"

namespace tcgate {

// Spares a host that is out of order, and whoever would wait for it: once
// nearly every attempt fails, only a probe now and then is let through, until
// one succeeds. Goes by the share of failures, never by failures in a row, so
// that a host with many faults is left to the retry budget and stays in use.
//
// Time is passed in and must not go back. Lives on the loop's thread.
class Breaker {
 public:
  // The numbers are those of the metric.
  enum class State {
    kClosed = 0,    // Everything passes.
    kHalfOpen = 1,  // A probe is out.
    kOpen = 2,      // Nothing passes until the next probe.
  };

  // Opens where nine in ten of the attempts that began in the last 4 s have
  // failed, if they are at least 20 and the first began at least 2 s ago. All
  // chosen: with 30 % of faults, 18 of 20 fail once in 26 million times, and of
  // more attempts ever more rarely. The second matters where failures are
  // faster than successes: until the first success there are only failures.
  // What took longer than 4 s does not count: it would be compared with others
  // than those it began with.
  static constexpr int kLeastCalls = 20;
  static constexpr int kOpensAtTenths = 9;

  // Chosen: a host that is well again is noticed within this, a turn for a slot
  // and a round trip, which is to be within 2 s. Two attempts a second are no
  // burden to any host, so the time never grows.
  static constexpr std::chrono::milliseconds kProbeEvery{500};

  // Whether an attempt may be made at `now`.
  bool Admits(MonoTime now) const {
    return state_ == State::kClosed || now >= next_probe_;
  }

  // An attempt is going to be made; unless closed, it is a probe, and the next
  // may follow after `kProbeEvery`: also if it is then never made, or hangs.
  // REQUIRES: Admits(now).
  void Enter(MonoTime now);

  // An attempt that began at `began` has ended. Not for those that say nothing
  // of the host. One that began before the breaker last changed does not count.
  // One success closes: it lets in at most some 20 more attempts if it was
  // mere luck.
  void Ended(bool failed, MonoTime began, MonoTime now);

  State state() const { return state_; }

 private:
  // The window is kept in slices of half a second.
  static constexpr std::chrono::milliseconds kSlice{500};
  static constexpr int kSlices = 8;
  struct Slice {
    // Of those that began in it. Slices since the clock's epoch.
    std::int64_t number = std::numeric_limits<std::int64_t>::min();
    int calls = 0;
    int failures = 0;
  };

  void Count(bool failed, MonoTime began, MonoTime now);
  bool ShouldOpen(MonoTime now) const;

  State state_ = State::kClosed;
  MonoTime since_ = MonoTime::min();       // When it opened or closed.
  MonoTime next_probe_ = MonoTime::min();  // Unless closed.
  std::array<Slice, kSlices> slices_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_BREAKER_H_
