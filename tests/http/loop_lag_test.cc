#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "service/http/cancellation.h"
#include "service/http/loop.h"
#include "service/http/task.h"
#include "tests/support/virtual_loop.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using ::testing::ElementsAre;

class LoopLagTest : public testing::Test {
 protected:
  LoopLagTest() {
    loop_.OnLag([this](nanoseconds lag) { lags_.push_back(lag); });
  }

  // A job that takes `time`.
  void PostWork(milliseconds time) {
    loop_.Post([this, time] { virtual_.clock.Advance(time); });
  }

  Detached StopAt(MonoTime when) {
    co_await loop_.SleepUntil(when, never_);
    loop_.Stop();
  }

  VirtualLoop virtual_;
  Loop& loop_ = virtual_.loop;
  Cancellation never_;
  std::vector<nanoseconds> lags_;
};

TEST_F(LoopLagTest, ARoundThatTakesLongIsTold) {
  PostWork(milliseconds(30));
  loop_.Stop();
  loop_.Run();
  EXPECT_TRUE(lags_.empty());  // `Stop` came first.
  PostWork(milliseconds(30));
  PostWork(milliseconds(12));
  StopAt(loop_.Now() + milliseconds(40));
  loop_.Run();
  EXPECT_THAT(lags_, ElementsAre(milliseconds(72)));
}

TEST_F(LoopLagTest, ATimerThatRunsLateIsTold) {
  StopAt(loop_.Now() + milliseconds(10));
  loop_.Post([this] { virtual_.clock.Advance(milliseconds(25)); });
  loop_.Run();
  EXPECT_THAT(lags_, ElementsAre(milliseconds(25)));
}

TEST_F(LoopLagTest, TheLongestOfATimeIsToldOnce) {
  const MonoTime begin = loop_.Now();
  StopAt(begin + milliseconds(250));
  PostWork(milliseconds(1));
  loop_.Post([this] { PostWork(milliseconds(20)); });
  loop_.Post([this] { loop_.Post([this] { PostWork(milliseconds(7)); }); });
  loop_.Run();
  // The first round at once, all others when its time has passed.
  EXPECT_THAT(lags_, ElementsAre(milliseconds(1), milliseconds(20)));
}

}  // namespace
}  // namespace tcgate
