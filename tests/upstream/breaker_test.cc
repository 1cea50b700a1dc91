#include "service/upstream/breaker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <vector>

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using State = Breaker::State;

class BreakerTest : public testing::Test {
 protected:
  // So many attempts that last no time, `every` apart.
  void Attempts(int count, bool failed, milliseconds every) {
    for (int i = 0; i < count; ++i, now_ += every) {
      breaker_.Ended(failed, now_, now_);
    }
  }
  void Open() {
    while (breaker_.state() == State::kClosed) {
      Attempts(1, true, milliseconds(25));
    }
  }
  void Succeed() { breaker_.Ended(false, now_, now_); }
  void Fail() { breaker_.Ended(true, now_, now_); }

  MonoTime now_{std::chrono::hours(1)};
  Breaker breaker_;
};

TEST_F(BreakerTest, NineteenFailuresAreTooFew) {
  Attempts(19, true, milliseconds(150));
  EXPECT_EQ(breaker_.state(), State::kClosed);
  Fail();
  EXPECT_EQ(breaker_.state(), State::kOpen);
}

TEST_F(BreakerTest, FailuresOfLessThanTwoSecondsAreTooFew) {
  Attempts(1999, true, milliseconds(1));
  EXPECT_EQ(breaker_.state(), State::kClosed);
  now_ += milliseconds(600);
  Fail();
  EXPECT_EQ(breaker_.state(), State::kOpen);
}

TEST_F(BreakerTest, OneSuccessInTenKeepsItClosedAndOneInElevenDoesNot) {
  for (int i = 0; i < 200; ++i) {
    Succeed();
    Attempts(8, true, milliseconds(10));
    ASSERT_EQ(breaker_.state(), State::kClosed);
  }
  now_ += seconds(5);
  for (int i = 0; i < 15 && breaker_.state() == State::kClosed; ++i) {
    Succeed();
    Attempts(10, true, milliseconds(20));
  }
  EXPECT_EQ(breaker_.state(), State::kOpen);
}

TEST_F(BreakerTest, WhatIsOlderThanTheWindowIsForgotten) {
  Attempts(1000, false, milliseconds(1));
  now_ += milliseconds(1500);
  Attempts(140, true, milliseconds(20));
  EXPECT_EQ(breaker_.state(), State::kOpen);
}

TEST_F(BreakerTest, WhatTookLongerThanTheWindowDoesNotCount) {
  const MonoTime began = now_;
  for (now_ += seconds(4); now_ < began + seconds(9); now_ += milliseconds(5)) {
    breaker_.Ended(true, began, now_);
  }
  EXPECT_EQ(breaker_.state(), State::kClosed);
}

TEST_F(BreakerTest, FailuresFarApartNeverOpenIt) {
  Attempts(1000, true, milliseconds(300));
  EXPECT_EQ(breaker_.state(), State::kClosed);
}

TEST_F(BreakerTest, AnOutageAtFullLoadIsNoticedWithinFourSeconds) {
  Attempts(2000, false, milliseconds(5));
  const MonoTime start = now_;
  while (breaker_.state() == State::kClosed) Attempts(1, true, milliseconds(5));
  EXPECT_LE(now_ - start, seconds(4));
  EXPECT_GE(now_ - start, seconds(3));
}

TEST_F(BreakerTest, OpenItLetsAProbePassTwiceASecond) {
  Open();
  int probes = 0;
  const MonoTime end = now_ + seconds(10);
  for (; now_ < end; now_ += milliseconds(1)) {
    if (!breaker_.Admits(now_)) continue;
    breaker_.Enter(now_);
    EXPECT_EQ(breaker_.state(), State::kHalfOpen);
    EXPECT_FALSE(breaker_.Admits(now_));
    ++probes;
    if (probes % 2 == 0) {  // The others hang.
      Fail();
      EXPECT_EQ(breaker_.state(), State::kOpen);
      EXPECT_FALSE(breaker_.Admits(now_));
    }
  }
  EXPECT_GE(probes, 19);
  EXPECT_LE(probes, 20);
}

TEST_F(BreakerTest, AProbeThatSucceedsClosesItWithAnEmptyWindow) {
  Open();
  now_ += Breaker::kProbeEvery;
  ASSERT_TRUE(breaker_.Admits(now_));
  breaker_.Enter(now_);
  Succeed();
  EXPECT_EQ(breaker_.state(), State::kClosed);
  EXPECT_TRUE(breaker_.Admits(now_));
  Attempts(18, true, milliseconds(150));
  EXPECT_EQ(breaker_.state(), State::kClosed);
}

TEST_F(BreakerTest, WhatBeganBeforeAChangeSaysNothingAfterIt) {
  const MonoTime before = now_;
  Open();
  breaker_.Ended(false, before, now_);  // A late success.
  EXPECT_EQ(breaker_.state(), State::kOpen);
  now_ += Breaker::kProbeEvery;
  breaker_.Enter(now_);
  Succeed();
  for (int i = 0; i < 100; ++i, now_ += milliseconds(20)) {
    breaker_.Ended(true, before, now_);  // Late time-outs.
  }
  EXPECT_EQ(breaker_.state(), State::kClosed);
}

// Attempts that overlap: each ends some time after it began, later than some
// that began after it.
struct Load {
  double per_second;
  double faults;
  milliseconds success_takes;  // On average.
  milliseconds fault_takes;
};

bool Opens(const Load& load, seconds length, unsigned seed) {
  struct End {
    MonoTime at;
    MonoTime began;
    bool failed;
    bool operator>(const End& other) const { return at > other.at; }
  };
  std::mt19937_64 random(seed);
  std::exponential_distribution<double> gap(load.per_second);
  std::exponential_distribution<double> spread(1.0);
  std::bernoulli_distribution fault(load.faults);
  std::vector<End> ends;
  MonoTime now{std::chrono::hours(1)};
  const MonoTime end = now + length;
  while (now < end) {
    now += std::chrono::duration_cast<MonoTime::duration>(
        std::chrono::duration<double>(gap(random)));
    const bool failed = fault(random);
    const auto takes = std::chrono::duration_cast<MonoTime::duration>(
        spread(random) * (failed ? load.fault_takes : load.success_takes));
    ends.push_back({now + takes, now, failed});
  }
  std::sort(ends.begin(), ends.end(),
            [](const End& a, const End& b) { return b > a; });
  Breaker breaker;
  for (const End& ended : ends) {
    breaker.Ended(ended.failed, ended.began, ended.at);
    if (breaker.state() != State::kClosed) return true;
  }
  return false;
}

TEST(BreakerProperty, ThirtyPercentOfFaultsNeverOpenIt) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    for (const double rate : {2.0, 5.0, 20.0, 100.0, 1000.0}) {
      for (const int success : {1, 50, 300}) {
        for (const int fault : {0, 50, 2000}) {
          const Load load{rate, 0.3, milliseconds(success),
                          milliseconds(fault)};
          ASSERT_FALSE(Opens(load, seconds(rate > 500 ? 10 : 100), seed))
              << "seed " << seed << ", " << rate << "/s, " << success << " ms, "
              << fault << " ms";
        }
      }
    }
  }
}

TEST(BreakerProperty, AnOutageAlwaysOpensIt) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    for (const double rate : {10.0, 100.0, 1000.0}) {
      EXPECT_TRUE(Opens({rate, 1.0, milliseconds(50), milliseconds(50)},
                        seconds(10), seed));
    }
  }
}

}  // namespace
}  // namespace tcgate
