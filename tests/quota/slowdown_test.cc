#include "service/quota/slowdown.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tcgate {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MonoTime kStart{hours(1)};

TEST(SlowdownTest, BeginsAtFullSpeed) {
  EXPECT_EQ(Slowdown(10, seconds(1)).Factor(kStart), 1);
}

TEST(SlowdownTest, ALimitErrorDoublesAndThreeWindowsHalve) {
  Slowdown slowdown(10, seconds(1));
  EXPECT_TRUE(slowdown.Slow(kStart, kStart));
  EXPECT_DOUBLE_EQ(slowdown.Factor(kStart), 2);
  EXPECT_GT(slowdown.Factor(kStart + milliseconds(2999)), 1);
  EXPECT_EQ(slowdown.Factor(kStart + seconds(3)), 1);
}

TEST(SlowdownTest, OneBurstCountsOnce) {
  Slowdown slowdown(10, seconds(1));
  const MonoTime error = kStart + milliseconds(100);
  EXPECT_TRUE(slowdown.Slow(kStart, error));
  // Twenty that were out already, and those that met the same window.
  for (int i = 1; i <= 20; ++i) {
    EXPECT_FALSE(slowdown.Slow(kStart + milliseconds(50 * i), error));
  }
  EXPECT_FALSE(slowdown.Slow(error + seconds(1), error + seconds(2)));
  EXPECT_DOUBLE_EQ(slowdown.Factor(error), 2);
  EXPECT_TRUE(slowdown.Slow(error + milliseconds(1001), error + seconds(2)));
}

TEST(SlowdownTest, AnErrorEachWindowLeadsToTheMostAndNoFurther) {
  Slowdown slowdown(10, seconds(1));
  MonoTime now = kStart;
  for (int i = 0; i < 100; ++i, now += milliseconds(1100)) {
    slowdown.Slow(now, now);
    EXPECT_LE(slowdown.Factor(now), 10);
  }
  EXPECT_GT(slowdown.Factor(now), 7);
}

// 3 log2(most) windows, as the header says.
TEST(SlowdownTest, RecoversFromTheMostInTenWindows) {
  Slowdown slowdown(10, seconds(1));
  MonoTime now = kStart;
  for (int i = 0; i < 100; ++i) slowdown.Slow(now += milliseconds(1001), now);
  double before = slowdown.Factor(now);
  EXPECT_DOUBLE_EQ(before, 10);
  for (int i = 0; i < 9; ++i) {
    now += seconds(1);
    const double factor = slowdown.Factor(now);
    EXPECT_LT(factor, before);
    before = factor;
  }
  EXPECT_GT(before, 1);
  EXPECT_EQ(slowdown.Factor(now + seconds(1)), 1);
}

TEST(SlowdownTest, ALongerWindowTakesAsMuchLonger) {
  Slowdown slowdown(10, seconds(15));
  slowdown.Slow(kStart, kStart);
  EXPECT_GT(slowdown.Factor(kStart + seconds(44)), 1);
  EXPECT_EQ(slowdown.Factor(kStart + seconds(45)), 1);
}

}  // namespace
}  // namespace tcgate
