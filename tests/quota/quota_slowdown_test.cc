#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/quota/traffic.h"

namespace tcgate {
namespace {

using std::chrono::duration;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr seconds kPatient{60};

Outcome LimitError(const char* code) {
  Outcome outcome = Refusal(absl::StatusCode::kResourceExhausted, code, "no");
  outcome.decided_by = DecidedBy::kVendor;
  return outcome;
}

// Five buckets: one that meets limit errors, and one each of another action,
// host, group, and of both another host and group.
class QuotaSlowdownTest : public testing::Test {
 protected:
  QuotaSlowdownTest() {
    other_ = traffic_.action;
    other_.index = 1;
    traffic_.callers = {{"a"}, {"a"}, {"a"}, {"a"}, {"a"}};
    traffic_.callers[1].action = &other_;
    traffic_.callers[2].host = "other";
    traffic_.callers[3].group = "other";
    traffic_.callers[4].host = "other";
    traffic_.callers[4].group = "other";
  }

  // Every call ends before the quota goes.
  ~QuotaSlowdownTest() override { traffic_.Run(2 * kPatient); }

  // One attempt of the first bucket is answered with `code`, at once.
  void Err(const char* code) {
    traffic_.answer = [code](MonoTime) { return LimitError(code); };
    traffic_.Call(0, kPatient);
    traffic_.answer = nullptr;
  }

  // The interval of each bucket, in ms and as late as the loop is.
  std::vector<long> Intervals() {
    std::vector<long> intervals;
    for (std::size_t i = 0; i < traffic_.callers.size(); ++i) {
      traffic_.Call(i, kPatient);
      traffic_.ended.clear();
      traffic_.Call(i, kPatient);
      traffic_.Run(milliseconds(500));
      intervals.push_back(static_cast<long>(
          traffic_.ended.back().result.waited / milliseconds(1)));
    }
    return intervals;
  }

  Traffic traffic_;
  Action other_;
};

TEST_F(QuotaSlowdownTest, AllAreAtFullSpeedAtFirst) {
  EXPECT_THAT(Intervals(), ElementsAre(52, 52, 52, 52, 52));
}

// Eight times as slow when the call began to wait, and back in 9 s.
TEST_F(QuotaSlowdownTest, ASlotComesAsSoonAsTheRecoveryAllows) {
  other_.limit_calls = 1;
  other_.limit_period = seconds(15);
  for (int i = 0; i < 3; ++i) {
    Err("RequestLimitExceeded.UinLimitExceeded");
    traffic_.Run(milliseconds(1100));
  }
  for (int i = 0; i < 2; ++i) traffic_.Call(1, seconds(300));
  traffic_.Run(seconds(20));
  ASSERT_TRUE(traffic_.ended.back().result.outcome.ok());
  EXPECT_EQ(traffic_.ended.back().caller, 1u);
  EXPECT_GE(traffic_.ended.back().result.waited, milliseconds(15'375));
  EXPECT_LE(traffic_.ended.back().result.waited, milliseconds(15'425));
}

// A second slot follows (1 s + 2 x 25 ms) / 20 after the first.
TEST_F(QuotaSlowdownTest, TheActionsLimitSlowsTheAction) {
  Err("RequestLimitExceeded");
  traffic_.Call(0, kPatient);
  traffic_.Run(milliseconds(100));
  EXPECT_EQ(traffic_.ended.back().result.waited, milliseconds(53));
  EXPECT_THAT(traffic_.metrics.Render(),
              HasSubstr("tcgate_quota_slowdowns_total{action=\"demo.Do\"} 1"));
}

TEST_F(QuotaSlowdownTest, TheAccountsLimitSlowsTheGroup) {
  Err("RequestLimitExceeded.UinLimitExceeded");
  const std::vector<long> intervals = Intervals();
  EXPECT_GT(intervals[0], 80);
  EXPECT_GT(intervals[1], 80);
  EXPECT_GT(intervals[2], 70);
  EXPECT_EQ(intervals[3], 52);
  EXPECT_EQ(intervals[4], 52);
}

TEST_F(QuotaSlowdownTest, TheAddressesLimitSlowsAllOnThatHost) {
  Err("RequestLimitExceeded.IPLimitExceeded");
  const std::vector<long> intervals = Intervals();
  EXPECT_GT(intervals[0], 80);
  EXPECT_GT(intervals[1], 80);
  EXPECT_EQ(intervals[2], 52);
  EXPECT_GT(intervals[3], 60);
  EXPECT_EQ(intervals[4], 52);
}

// 20 attempts are out when the first comes back, and all come back so.
TEST_F(QuotaSlowdownTest, ABurstOfErrorsCountsOnce) {
  traffic_.took = seconds(2);
  traffic_.answer = [](MonoTime) { return LimitError("RequestLimitExceeded"); };
  for (int i = 0; i < 20; ++i) traffic_.Call(0, kPatient);
  traffic_.Run(seconds(5));
  EXPECT_THAT(
      traffic_.metrics.Render(),
      HasSubstr("tcgate_quota_slowdowns_total{action=\"demo.Do\"} 1\n"));
}

// See kMostGuards in bucket.cc.
TEST_F(QuotaSlowdownTest, UnderErrorsForEverFourFifthsOfTheQuotaAreLeft) {
  traffic_.answer = [](MonoTime) { return LimitError("RequestLimitExceeded"); };
  traffic_.callers = {{"a", 1, milliseconds(10), seconds(1)}};
  traffic_.RunAll(seconds(60));
  EXPECT_GT(traffic_.Speed(), 15.9);
  EXPECT_LT(traffic_.Speed(), 18);
}

TEST_F(QuotaSlowdownTest, TheActionIsBackAtFullSpeedTenPeriodsAfterTheLast) {
  traffic_.answer = [](MonoTime) { return LimitError("RequestLimitExceeded"); };
  traffic_.callers = {{"a", 1, milliseconds(10), seconds(1)}};
  traffic_.RunAll(seconds(30));
  traffic_.answer = nullptr;
  traffic_.Run(seconds(8));  // `RunAll` ran for two more.
  traffic_.ended.clear();
  traffic_.RunAll(seconds(10));
  EXPECT_NEAR(traffic_.Speed(), 19.51, 0.05);
}

TEST_F(QuotaSlowdownTest, TheGroupGoesDownToAnEighthAndIsBackInNineSeconds) {
  traffic_.answer = [](MonoTime) {
    return LimitError("RequestLimitExceeded.UinLimitExceeded");
  };
  traffic_.callers = {{"a", 1, milliseconds(10), seconds(1)}};
  traffic_.RunAll(seconds(30));
  EXPECT_GT(traffic_.Speed(), 20.0 / 8);
  EXPECT_LT(traffic_.Speed(), 20.0 / 3);
  traffic_.answer = nullptr;
  traffic_.Run(seconds(8));
  traffic_.ended.clear();
  traffic_.RunAll(seconds(10));
  EXPECT_NEAR(traffic_.Speed(), 19.51, 0.05);
}

// Nineteen wait for a second at most when the pace halves.
TEST_F(QuotaSlowdownTest, WhoIsTooLateForTheSlowerPaceHearsSoon) {
  traffic_.callers[0].host = "other";  // The group is the same.
  traffic_.callers[2].host = "host";
  for (int i = 0; i < 19; ++i) traffic_.Call(2, seconds(1));
  ASSERT_EQ(traffic_.ended.size(), 1u);
  Err("RequestLimitExceeded.UinLimitExceeded");
  traffic_.Run(seconds(2));
  EXPECT_EQ(traffic_.ended.size(), 20u);
  EXPECT_GE(traffic_.Refused(), 5u);
  for (const Traffic::Ended& call : traffic_.ended) {
    if (call.result.outcome.ok()) continue;
    EXPECT_LE(call.result.waited, milliseconds(60));
  }
}

}  // namespace
}  // namespace tcgate
