#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <tuple>

#include "tests/quota/traffic.h"

namespace tcgate {
namespace {

using std::chrono::duration;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// A timer's lateness, on top of the part of a millisecond that the loop waits
// too long anyway.
std::function<nanoseconds()> UpToAMillisecond(Traffic& traffic) {
  return [&traffic] {
    return nanoseconds(static_cast<std::int64_t>(traffic.Random() * 1e6));
  };
}

void Print(const Traffic& traffic, const std::string& what) {
  std::printf(
      "%s: %.2f slots a second, Jain %.5f, refused %zu, %zu of these late, at "
      "most %zu in any second\n",
      what.c_str(), traffic.Speed(), Jain(traffic.Shares()), traffic.Refused(),
      traffic.RefusedLate(), MostInAWindow(traffic.Slots(), seconds(1)));
}

// What the gateway must show: ten callers of 100 calls a second each against
// one action of 20 a second, two minutes long.
class OverloadTest
    : public testing::TestWithParam<std::tuple<milliseconds, bool>> {};

TEST_P(OverloadTest, TheQuotaIsUsedFairlyAndRefusalsComeAtOnce) {
  const auto [patience, poisson] = GetParam();
  Traffic traffic;
  traffic.poller.lateness = UpToAMillisecond(traffic);
  for (int i = 0; i < 10; ++i) {
    traffic.callers.push_back({"caller " + std::to_string(i), 1,
                               milliseconds(10), patience, poisson});
  }
  // What an answer takes varies, as the usual time then does.
  traffic.answer = [&](MonoTime) {
    traffic.took = milliseconds(5 + static_cast<int>(traffic.Random() * 100));
    return Outcome();
  };
  traffic.RunAll(seconds(120));
  Print(traffic, "deadline " + std::to_string(patience.count()) + " ms, " +
                     (poisson ? "random" : "regular"));

  EXPECT_EQ(traffic.ended.size(), traffic.calls);
  EXPECT_GE(traffic.Speed(), 0.95 * 20);
  EXPECT_GE(Jain(traffic.Shares()), 0.99);
  EXPECT_LE(100 * traffic.RefusedLate(), traffic.Refused());
  EXPECT_LE(MostInAWindow(traffic.Slots(), seconds(1)), 20u);
}

INSTANTIATE_TEST_SUITE_P(
    Deadlines, OverloadTest,
    testing::Combine(testing::Values(milliseconds(300), seconds(1), seconds(5),
                                     seconds(30)),
                     testing::Bool()));

TEST(OverloadWeightsTest, SharesAreAsTheWeights) {
  for (const milliseconds patience : {milliseconds(1000), milliseconds(5000)}) {
    Traffic traffic;
    traffic.poller.lateness = UpToAMillisecond(traffic);
    traffic.callers.push_back({"a", 3, milliseconds(10), patience, true});
    traffic.callers.push_back({"b", 1, milliseconds(10), patience, true});
    traffic.RunAll(seconds(120));
    Print(traffic, "weights 3:1");
    const std::vector<double> shares = traffic.Shares();
    std::printf("3:1 became %.4f\n", shares[0] / shares[1]);
    EXPECT_NEAR(shares[0] / shares[1], 3, 0.15);
    EXPECT_LE(100 * traffic.RefusedLate(), traffic.Refused());
    EXPECT_GE(traffic.Speed(), 0.95 * 20);
  }
}

TEST(OverloadLoadedLoopTest, ALoopThatIsLateStaysInsideTheLimit) {
  Traffic traffic;
  traffic.poller.lateness = [&] {
    return nanoseconds(static_cast<std::int64_t>(traffic.Random() * 2e7));
  };
  for (int i = 0; i < 10; ++i) {
    traffic.callers.push_back(
        {"caller " + std::to_string(i), 1, milliseconds(10), seconds(5), true});
  }
  traffic.RunAll(seconds(120));
  Print(traffic, "timers late by up to 20 ms");
  EXPECT_LE(MostInAWindow(traffic.Slots(), seconds(1)), 20u);
  EXPECT_LE(100 * traffic.RefusedLate(), traffic.Refused());
  EXPECT_GE(Jain(traffic.Shares()), 0.99);
}

TEST(OverloadManyCallersTest, AThousandCallersDoNotEatTheLoop) {
  Traffic traffic;
  for (int i = 0; i < 1000; ++i) {
    traffic.callers.push_back({"caller " + std::to_string(i), 1,
                               milliseconds(50), seconds(30), true});
  }
  const auto begin = std::chrono::steady_clock::now();
  traffic.RunAll(seconds(20));
  const duration<double, std::micro> took =
      std::chrono::steady_clock::now() - begin;
  std::printf("%zu calls of 1000 callers: %.2f us each\n", traffic.calls,
              took.count() / static_cast<double>(traffic.calls));
  EXPECT_LE(100 * traffic.RefusedLate(), traffic.Refused());
  EXPECT_GE(traffic.Speed(), 0.95 * 20);
}

TEST(OverloadLightCallerTest, ALightCallerIsServedBesideAHeavyOne) {
  Traffic traffic;
  traffic.callers.push_back({"heavy", 1, milliseconds(2), seconds(30), true});
  traffic.callers.push_back({"light", 1, seconds(1), seconds(30), true});
  traffic.RunAll(seconds(120));
  for (const Traffic::Ended& call : traffic.ended) {
    if (call.caller == 0) continue;
    EXPECT_TRUE(call.result.outcome.ok());
    // Its turn is next but one; two of its own may come at one time.
    EXPECT_LE(call.result.waited, milliseconds(260));
  }
}

}  // namespace
}  // namespace tcgate
