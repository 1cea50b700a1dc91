#include "service/http/wait.h"

#include "service/http/loop.h"

namespace tcgate {

bool Wait::await_ready() {
  if (woken_by_.has_value()) return true;
  if (cancel_.requested()) {
    woken_by_ = WokenBy::kCancel;
  } else if (when <= loop_.Now()) {
    woken_by_ = WokenBy::kTime;
  }
  return woken_by_.has_value();
}

void Wait::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  if (when != MonoTime::max()) loop_.timers_.Add(*this);
  cancel_.Listen(*this);
}

void Wait::End(WokenBy by) {
  if (woken_by_.has_value()) return;
  woken_by_ = by;
  if (!waiter_) return;
  if (by != WokenBy::kTime && when != MonoTime::max()) {
    loop_.timers_.Remove(*this);
  }
  cancel_.StopListening();
  waiter_.resume();
}

}  // namespace tcgate
