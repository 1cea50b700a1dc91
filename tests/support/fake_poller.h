#ifndef TCGATE_TESTS_SUPPORT_FAKE_POLLER_H_
#define TCGATE_TESTS_SUPPORT_FAKE_POLLER_H_

#include <condition_variable>

#include "service/base/mutex.h"
#include "service/http/poller.h"
#include "tests/support/fake_clock.h"

namespace tcgate {

// A loop's wait on virtual time: instead of waiting for the next timer it moves
// the clock there. Without a timer it really waits, for another thread's
// `Wake`. Not for tests in which other threads have work to do: the clock would
// run ahead of them.
class FakePoller final : public Poller {
 public:
  explicit FakePoller(FakeClock& clock) : clock_(clock) {}

  void Wait(std::chrono::milliseconds most) override {
    MutexLock lock(mu_);
    if (most == kForever) {
      while (!woken_) changed_.wait(mu_);
    } else if (!woken_) {
      clock_.Advance(most);
    }
    woken_ = false;
  }

  void RunReady() override {}

  void Wake() override {
    MutexLock lock(mu_);
    woken_ = true;
    changed_.notify_one();
  }

 private:
  FakeClock& clock_;
  Mutex mu_;
  std::condition_variable_any changed_;
  bool woken_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_SUPPORT_FAKE_POLLER_H_
