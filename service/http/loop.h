#ifndef TCGATE_SERVICE_HTTP_LOOP_H_
#define TCGATE_SERVICE_HTTP_LOOP_H_

#include <chrono>
#include <functional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "service/base/clock.h"
#include "service/base/mutex.h"
#include "service/http/poller.h"
#include "service/http/timer_heap.h"
#include "service/http/wait.h"

namespace tcgate {

class Cancellation;

// One thread on which everything that waits runs as coroutines: an inbox brings
// work in, a heap of timers wakes sleepers, a `Poller` moves sockets. Each
// round runs the whole inbox, every timer that is due and every socket that is
// ready, so none of the three can starve another.
//
// `Post` and `Stop` are thread-safe; everything else lives on the thread that
// is in `Run`.
class Loop {
 public:
  using Job = absl::AnyInvocable<void()>;

  // Both must outlive the loop.
  Loop(const Clock& clock, Poller& poller) : clock_(clock), poller_(poller) {}
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  // Frees the jobs that were never run. A coroutine that still waits is not
  // resumed and its frame leaks: let every call end before `Stop`.
  ~Loop() = default;

  // Chosen: how often `on_lag` is called at most.
  static constexpr std::chrono::milliseconds kLagEvery{100};

  // Before `Run`: `on_lag` is told how long something that was ready had to
  // wait for the loop: the longest in `kLagEvery`, or since the call before.
  // That is how late a timer ran, or how long a round took, since what becomes
  // ready in one waits for its end. Not called while the loop only waits.
  void OnLag(std::function<void(std::chrono::nanoseconds)> on_lag) {
    on_lag_ = std::move(on_lag);
  }

  // Runs `job` on the loop's thread, in the order posted. A job posted after
  // `Stop` waits for the next `Run`, if there is one.
  void Post(Job job) ABSL_LOCKS_EXCLUDED(mu_);

  // Runs until `Stop`.
  void Run();
  // Ends `Run` after its present round; before `Run`, the next `Run` at once.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

  MonoTime Now() const { return clock_.MonoNow(); }

  // `co_await loop.SleepUntil(t, cancel)` returns true at `t` or later, or
  // false as soon as `cancel` is requested.
  Sleep SleepUntil(MonoTime when, Cancellation& cancel) {
    return Sleep(*this, when, cancel);
  }

 private:
  friend class Wait;  // A `Wait` is in `timers_` while it is awaited.

  // Waits until there may be something to do; returns false after `Stop`.
  bool WaitForWork() ABSL_LOCKS_EXCLUDED(mu_);
  void RunInbox() ABSL_LOCKS_EXCLUDED(mu_);
  void RunTimers();
  // A round that began at `begun` is over.
  void Measure(MonoTime begun);
  std::chrono::milliseconds UntilNextTimer() const;

  const Clock& clock_;
  Poller& poller_;
  TimerHeap timers_;
  std::function<void(std::chrono::nanoseconds)> on_lag_;
  std::chrono::nanoseconds lag_{0};  // The longest since `on_lag_` was told.
  MonoTime tell_lag_at_;
  std::vector<Job> running_;  // Swapped with `inbox_`, so that both keep room.

  Mutex mu_;
  std::vector<Job> inbox_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  // Whether the loop waits, or is about to, and nobody has woken it: most jobs
  // come while it runs, and then cost no system call.
  bool asleep_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_LOOP_H_
