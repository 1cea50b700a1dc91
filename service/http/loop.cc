#include "service/http/loop.h"

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
    RunInbox();
    RunTimers();
    poller_.RunReady();
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
  while (TimerHeap::Timer* timer = timers_.TakeDue(now)) timer->OnTime();
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
