#include "service/http/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "service/http/cancellation.h"
#include "service/http/task.h"
#include "tests/support/virtual_loop.h"

namespace tcgate {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::ElementsAre;

class LoopTest : public testing::Test {
 protected:
  // Sleeps, then notes how it ended and how long it took.
  Detached SleepFor(milliseconds time, Cancellation& cancel) {
    const MonoTime begin = loop_.Now();
    const MonoTime end = begin + time;
    const bool slept = co_await loop_.SleepUntil(end, cancel);
    const auto took =
        std::chrono::duration_cast<milliseconds>(loop_.Now() - begin);
    events_.push_back((slept ? "slept " : "woken after ") +
                      std::to_string(took.count()));
  }

  Detached StopAfter(milliseconds time) {
    const MonoTime end = loop_.Now() + time;
    co_await loop_.SleepUntil(end, never_);
    loop_.Stop();
  }

  Detached CancelAfter(milliseconds time, Cancellation& cancel) {
    const MonoTime end = loop_.Now() + time;
    co_await loop_.SleepUntil(end, never_);
    cancel.Request();
  }

  VirtualLoop virtual_;
  Loop& loop_ = virtual_.loop;
  Cancellation never_;
  std::vector<std::string> events_;
};

TEST_F(LoopTest, SleepersWakeInTheOrderOfTheirTimes) {
  Cancellation a, b, c;
  SleepFor(milliseconds(30), a);
  SleepFor(milliseconds(10), b);
  SleepFor(hours(20), c);
  StopAfter(hours(24));
  loop_.Run();
  EXPECT_THAT(events_, ElementsAre("slept 10", "slept 30", "slept 72000000"));
}

TEST_F(LoopTest, ACancelledSleeperWakesAtOnceAndOnce) {
  Cancellation cancel;
  SleepFor(milliseconds(1000), cancel);
  CancelAfter(milliseconds(10), cancel);
  StopAfter(milliseconds(2000));
  loop_.Run();
  EXPECT_THAT(events_, ElementsAre("woken after 10"));
}

TEST_F(LoopTest, SleepingWithACancelledCancellationDoesNotSleep) {
  Cancellation cancel;
  cancel.Request();
  SleepFor(milliseconds(1000), cancel);
  EXPECT_THAT(events_, ElementsAre("woken after 0"));
}

TEST_F(LoopTest, SleepingUntilThePastDoesNotSleep) {
  Cancellation cancel;
  SleepFor(milliseconds(-5), cancel);
  EXPECT_THAT(events_, ElementsAre("slept 0"));
}

TEST_F(LoopTest, ACancellationServesOneWaitAfterAnother) {
  Cancellation cancel;
  SleepFor(milliseconds(5), cancel);
  StopAfter(milliseconds(6));
  loop_.Run();
  SleepFor(milliseconds(1000), cancel);
  CancelAfter(milliseconds(7), cancel);
  StopAfter(milliseconds(8));
  loop_.Run();
  EXPECT_THAT(events_, ElementsAre("slept 5", "woken after 7"));
}

TEST_F(LoopTest, CancellingAfterTheWaitDoesNothing) {
  Cancellation cancel;
  SleepFor(milliseconds(5), cancel);
  StopAfter(milliseconds(6));
  loop_.Run();
  cancel.Request();  // Under AddressSanitizer: the sleeper is gone.
  EXPECT_THAT(events_, ElementsAre("slept 5"));
}

TEST_F(LoopTest, JobsRunInTheOrderPosted) {
  for (int i = 0; i < 3; ++i) {
    loop_.Post([this, i] { events_.push_back(std::to_string(i)); });
  }
  loop_.Post([this] { loop_.Stop(); });
  loop_.Run();
  EXPECT_THAT(events_, ElementsAre("0", "1", "2"));
}

TEST_F(LoopTest, AJobPostedByAJobRuns) {
  loop_.Post([this] {
    loop_.Post([this] {
      events_.push_back("inner");
      loop_.Stop();
    });
  });
  loop_.Run();
  EXPECT_THAT(events_, ElementsAre("inner"));
}

TEST_F(LoopTest, JobsThatComeForEverDoNotKeepASleeperAsleep) {
  struct Repeat {
    Loop& loop;
    FakeClock& clock;
    void operator()() const {
      clock.Advance(milliseconds(1));
      loop.Post(*this);
    }
  };
  loop_.Post(Repeat{loop_, virtual_.clock});
  StopAfter(milliseconds(50));
  loop_.Run();  // Would not return.
}

TEST_F(LoopTest, AJobPostedAfterStopIsKeptAndFreed) {
  loop_.Stop();
  const auto held = std::make_shared<int>(0);
  loop_.Post([this, held] { events_.push_back("ran"); });
  loop_.Run();
  EXPECT_THAT(events_, ElementsAre());
  EXPECT_EQ(held.use_count(), 2);
}

Detached Await(Wait& wait, std::vector<std::string>& events) {
  const WokenBy woken_by = co_await wait;
  events.push_back(woken_by == WokenBy::kNotify ? "notified" : "given up");
}

TEST_F(LoopTest, WhateverComesFirstEndsAWait) {
  Cancellation cancel;
  Wait wait(loop_, loop_.Now() + milliseconds(10), cancel);
  Await(wait, events_);
  wait.Notify();
  cancel.Request();
  StopAfter(milliseconds(20));
  loop_.Run();
  EXPECT_THAT(events_, ElementsAre("notified"));
}

TEST_F(LoopTest, ANotificationBeforeTheWaitIsNotLost) {
  Cancellation cancel;
  Wait wait(loop_, loop_.Now() + milliseconds(10), cancel);
  wait.Notify();
  Await(wait, events_);
  EXPECT_THAT(events_, ElementsAre("notified"));
}

// Under ThreadSanitizer this is what shows a race.
TEST_F(LoopTest, JobsOfManyThreadsAllRunOnTheLoopsThread) {
  constexpr int kThreads = 4;
  constexpr int kJobs = 2000;
  int ran = 0;  // Of the loop's thread, hence no lock.
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, &ran] {
      for (int i = 0; i < kJobs; ++i) {
        loop_.Post([this, &ran] {
          if (++ran == kThreads * kJobs) loop_.Stop();
        });
      }
    });
  }
  loop_.Run();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ran, kThreads * kJobs);
}

}  // namespace
}  // namespace tcgate
