#include "service/quota/pace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "tests/quota/traffic.h"

namespace tcgate {
namespace {

using std::chrono::duration;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr MonoTime kStart{hours(1)};

struct IntervalCase {
  std::uint32_t calls;
  milliseconds period;
  double share;
  microseconds interval;
};

class IntervalTest : public testing::TestWithParam<IntervalCase> {};

TEST_P(IntervalTest, IsThePeriodAndTheGuardOverTheSlots) {
  const IntervalCase& of = GetParam();
  const Pace pace(of.calls, of.period, of.share);
  EXPECT_EQ(std::chrono::round<microseconds>(pace.full()), of.interval);
}

INSTANTIATE_TEST_SUITE_P(
    Limits, IntervalTest,
    testing::Values(
        IntervalCase{20, seconds(1), 1, microseconds(51250)},
        IntervalCase{50, seconds(1), 1, microseconds(20500)},
        IntervalCase{1, seconds(15), 1, microseconds(15375000)},
        IntervalCase{10, milliseconds(100), 1, microseconds(12500)},
        IntervalCase{20, seconds(1), 0.5, microseconds(102500)},
        // Rounded down to 6: with 6.67, three replicas could make 21.
        IntervalCase{20, seconds(1), 1.0 / 3, microseconds(170833)},
        // 7, and not 6.99.
        IntervalCase{20, seconds(1), 0.35, microseconds(146429)},
        IntervalCase{20, seconds(1), 0.05, microseconds(1025000)},
        // Less than one a period: stretched.
        IntervalCase{20, seconds(1), 0.04, microseconds(1281250)},
        IntervalCase{1, seconds(15), 0.0001, hours(24)}));

TEST(PaceTest, TheGuardGrowsAloneTheStretchTakesAll) {
  const Pace pace(20, seconds(1), 1);
  EXPECT_EQ(pace.Interval(10, 1), microseconds(62500));
  EXPECT_EQ(pace.Interval(1, 2), microseconds(102500));
}

TEST(PaceTest, WhatLayIdleDoesNotBurst) {
  Pace pace(20, seconds(1), 1);
  EXPECT_LT(pace.Next(pace.full()), kStart);
  pace.Use(kStart, pace.full(), false);
  EXPECT_EQ(pace.Next(pace.full()), kStart + pace.full());
  const MonoTime later = kStart + seconds(100);
  pace.Use(later, pace.full(), false);
  EXPECT_EQ(pace.Next(pace.full()), later + pace.full());
}

TEST(PaceTest, ALateTimerCostsNothingUpToTheBound) {
  for (const auto& [late, next] : std::map<microseconds, microseconds>{
           {microseconds(0), microseconds(0)},
           {microseconds(1000), microseconds(0)},
           {microseconds(5000), microseconds(0)},
           {microseconds(5001), microseconds(1)},
           {microseconds(30000), microseconds(25000)}}) {
    Pace pace(20, seconds(1), 1);
    ASSERT_EQ(pace.lateness(), milliseconds(5));
    const MonoTime due = kStart + pace.full();
    pace.Use(kStart, pace.full(), true);
    pace.Use(due + late, pace.full(), true);
    EXPECT_EQ(pace.Next(pace.full()), due + pace.full() + next) << late.count();
  }
}

TEST(PaceTest, CountsTheSlotsThatThereWere) {
  Pace pace(20, seconds(1), 1);
  auto use = [&pace, now = kStart](nanoseconds later, double stretch,
                                   bool awaited) mutable {
    now += later;
    return pace.Use(now, pace.Interval(1, stretch), awaited);
  };
  EXPECT_EQ(use({}, 1, false), 1);
  EXPECT_DOUBLE_EQ(use(2 * pace.full(), 1, false), 2);
  EXPECT_DOUBLE_EQ(use(pace.full(), 1, false), 1);
  EXPECT_EQ(use(seconds(9), 1, false), 20);  // Of a second, however long ago.
  EXPECT_DOUBLE_EQ(use(2 * pace.full(), 2, true), 2);
  EXPECT_DOUBLE_EQ(use(40 * pace.full(), 40, true), 40);
}

// Slots of one saturated bucket for some minutes, each taken late by a random
// time, and each attempt a random time under way to the vendor.
struct Played {
  std::vector<MonoTime> slots;
  std::vector<MonoTime> arrivals;
};

Played Saturate(Pace& pace, std::mt19937_64& random, nanoseconds jitter) {
  std::uniform_int_distribution<std::int64_t> usual(0, 2'000'000);
  std::uniform_int_distribution<std::int64_t> rare(0, 200'000'000);
  std::uniform_int_distribution<std::int64_t> network(0, jitter.count());
  Played played;
  MonoTime now = kStart;
  for (int i = 0; i < 2000; ++i) {
    // Mostly a timer's lateness; once in a while the loop was held up.
    now = std::max(now, pace.Next(pace.full())) +
          nanoseconds(random() % 512 == 0 ? rare(random) : usual(random));
    pace.Use(now, pace.full(), i > 0);
    played.slots.push_back(now);
    played.arrivals.push_back(now + nanoseconds(network(random)));
  }
  std::sort(played.arrivals.begin(), played.arrivals.end());
  return played;
}

std::uint64_t MostInAFixedWindow(const std::vector<MonoTime>& times,
                                 nanoseconds phase, nanoseconds period) {
  std::map<std::int64_t, std::uint64_t> windows;
  std::uint64_t most = 0;
  for (const MonoTime time : times) {
    const auto window = (time.time_since_epoch() + phase) / period;
    most = std::max(most, ++windows[window]);
  }
  return most;
}

class WindowTest : public testing::TestWithParam<IntervalCase> {};

TEST_P(WindowTest, NeverHoldsMoreThanTheLimitWhateverItsPhase) {
  const IntervalCase& of = GetParam();
  std::mt19937_64 random(20);
  for (int round = 0; round < 20; ++round) {
    Pace pace(of.calls, of.period, 1);
    // What the bound leaves to the network.
    const Played played = Saturate(pace, random, 4 * pace.lateness());
    for (int tenth = 0; tenth < 10; ++tenth) {
      EXPECT_LE(MostInAFixedWindow(played.arrivals, of.period * tenth / 10,
                                   of.period),
                of.calls);
    }
    for (int i = 0; i < 20; ++i) {
      const nanoseconds phase(
          static_cast<std::int64_t>(random() % 15'000'000'000));
      EXPECT_LE(MostInAFixedWindow(played.arrivals, phase, of.period),
                of.calls);
    }
    EXPECT_LE(MostInAWindow(played.arrivals, of.period), of.calls);

    const duration<double> took = played.slots.back() - played.slots.front();
    const double quota = took / of.period * of.calls;
    EXPECT_GE(static_cast<double>(played.slots.size() - 1) / quota, 0.95);
  }
}

INSTANTIATE_TEST_SUITE_P(Limits, WindowTest,
                         testing::Values(IntervalCase{20, seconds(1), 1, {}},
                                         IntervalCase{5, seconds(1), 1, {}},
                                         IntervalCase{1, seconds(15), 1, {}}));

// The test above can fail: this is more than the bound leaves.
TEST(WindowBoundTest, ANetworkSlowerThanTheGuardPutsOneTooManyIntoAWindow) {
  std::mt19937_64 random(20);
  Pace pace(20, seconds(1), 1);
  const Played played = Saturate(pace, random, milliseconds(100));
  EXPECT_GT(MostInAWindow(played.arrivals, seconds(1)), 20u);
}

}  // namespace
}  // namespace tcgate
