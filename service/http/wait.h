#ifndef TCGATE_SERVICE_HTTP_WAIT_H_
#define TCGATE_SERVICE_HTTP_WAIT_H_

#include <coroutine>
#include <optional>

#include "service/base/clock.h"
#include "service/http/cancellation.h"
#include "service/http/timer_heap.h"

namespace tcgate {

class Loop;

// What ended a wait.
enum class WokenBy { kNotify, kTime, kCancel };

// One wait of one coroutine for something that another part of the program
// will tell: a local variable of the coroutine, awaited once. Whatever comes
// first ends it: `Notify`, the time `until`, or `cancel`. Every wait therefore
// has an end, and can be given up.
//
//   Wait answered(loop, deadline, cancel);
//   ... give &answered to whoever will call Notify ...
//   const WokenBy woken_by = co_await answered;
//   if (woken_by != WokenBy::kNotify) ... take &answered back ...
//
// Whoever ends it resumes the coroutine before returning, so nothing that the
// coroutine may free can be used afterwards. Lives on the loop's thread.
//
// Trivially destroyed, for GCC 12's sake (see task.h): awaiting takes it out of
// everything it is in, and no coroutine is destroyed while it waits.
class Wait final : private Cancellation::Listener, private TimerHeap::Timer {
 public:
  // `loop` and `cancel` must outlive it. With `MonoTime::max()` time does not
  // end it.
  Wait(Loop& loop, MonoTime until, Cancellation& cancel)
      : Timer(until), loop_(loop), cancel_(cancel) {}

  // Ends the wait, also one that nobody awaits yet. Does nothing once ended.
  void Notify() { End(WokenBy::kNotify); }

  // The awaiter protocol.
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiter);
  WokenBy await_resume() const { return *woken_by_; }

 private:
  void OnCancel() override { End(WokenBy::kCancel); }
  void OnTime() override { End(WokenBy::kTime); }
  void End(WokenBy by);

  Loop& loop_;
  Cancellation& cancel_;
  std::optional<WokenBy> woken_by_;
  std::coroutine_handle<> waiter_;
};

// `co_await` gives true at `when` or later, or false as soon as `cancel` is
// requested. Made by `Loop::SleepUntil`.
class Sleep final {
 public:
  Sleep(Loop& loop, MonoTime when, Cancellation& cancel)
      : wait_(loop, when, cancel) {}

  bool await_ready() { return wait_.await_ready(); }
  void await_suspend(std::coroutine_handle<> waiter) {
    wait_.await_suspend(waiter);
  }
  bool await_resume() const { return wait_.await_resume() == WokenBy::kTime; }

 private:
  Wait wait_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_WAIT_H_
