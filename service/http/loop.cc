#include "service/http/loop.h"

#include <algorithm>
#include <utility>

namespace tcgate {

using std::chrono::milliseconds;

void Loop::Post(Job job) {
  bool wake = false;
  {
    MutexLock lock(mu_);
    inbox_.push_back(std::move(job));
    wake = std::exchange(asleep_, false);
  }
  if (wake) poller_.Wake();
}

void Loop::Stop() {
  bool wake = false;
  {
    MutexLock lock(mu_);
    stopping_ = true;
    wake = std::exchange(asleep_, false);
  }
  if (wake) poller_.Wake();
}

void Loop::Run() {
  while (WaitForWork()) {
    const MonoTime begun = on_lag_ ? Now() : MonoTime();
    RunInbox();
    RunTimers();
    poller_.RunReady();
    if (on_lag_) Measure(begun);
  }
}

bool Loop::WaitForWork() {
  {
    MutexLock lock(mu_);
    if (std::exchange(stopping_, false)) return false;
    if (!inbox_.empty()) return true;
    asleep_ = true;
  }
  poller_.Wait(UntilNextTimer());
  MutexLock lock(mu_);
  asleep_ = false;
  return true;
}

void Loop::RunInbox() {
  {
    MutexLock lock(mu_);
    running_.swap(inbox_);
  }
  for (Job& job : running_) job();
  running_.clear();
}

void Loop::RunTimers() {
  // Read once: a coroutine that sleeps again does not run again this round.
  const MonoTime now = Now();
  while (TimerHeap::Timer* timer = timers_.TakeDue(now)) {
    lag_ = std::max<std::chrono::nanoseconds>(lag_, now - timer->when);
    timer->OnTime();
  }
}

void Loop::Measure(MonoTime begun) {
  const MonoTime now = Now();
  lag_ = std::max<std::chrono::nanoseconds>(lag_, now - begun);
  if (now < tell_lag_at_) return;
  tell_lag_at_ = now + kLagEvery;
  on_lag_(std::exchange(lag_, {}));
}

milliseconds Loop::UntilNextTimer() const {
  const TimerHeap::Timer* next = timers_.Next();
  if (next == nullptr) return Poller::kForever;
  const MonoTime now = Now();
  if (next->when <= now) return milliseconds::zero();
  // Up, or the last part of a millisecond would be spent spinning.
  return std::chrono::ceil<milliseconds>(next->when - now);
}

}  // namespace tcgate
