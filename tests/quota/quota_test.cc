#include "service/quota/quota.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "tests/quota/traffic.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr seconds kPatient{60};

// One bucket of 20 a second: a slot each 51.25 ms, which the loop gives at 52.
class QuotaTest : public testing::Test {
 protected:
  explicit QuotaTest(Quota::Options options = {1000, 1 << 20})
      : traffic_(1, options) {
    traffic_.callers = {{"a"}, {"b"}, {"c"}};
  }
  // Every call ends before the quota goes.
  ~QuotaTest() override { traffic_.Run(2 * kPatient); }

  // One call of caller `a` that has come to its end.
  QuotaResult Take(nanoseconds patience) {
    traffic_.Call(0, patience);
    traffic_.Run(patience + seconds(1));
    return traffic_.ended.back().result;
  }

  // The slot that is free at first.
  void UseUp() { traffic_.Call(2, kPatient); }

  const QuotaResult& Result(std::size_t i) const {
    return traffic_.ended.at(i).result;
  }

  Traffic traffic_;
};

TEST_F(QuotaTest, TheFirstSlotIsAtOnceAndEachFurtherOneAnIntervalLater) {
  for (int i = 0; i < 4; ++i) traffic_.Call(0, kPatient);
  traffic_.Run(seconds(1));
  ASSERT_EQ(traffic_.ended.size(), 4u);
  EXPECT_EQ(Result(0).waited, seconds(0));
  EXPECT_EQ(Result(1).waited, milliseconds(52));
  EXPECT_EQ(Result(2).waited, milliseconds(103));  // Of 102.5: on the grid.
  EXPECT_EQ(Result(3).waited, milliseconds(154));
  // Idle since: one at once, and no more than one.
  traffic_.Run(seconds(60));
  for (int i = 0; i < 2; ++i) traffic_.Call(0, kPatient);
  traffic_.Run(seconds(1));
  EXPECT_EQ(Result(4).waited, seconds(0));
  EXPECT_EQ(Result(5).waited, milliseconds(52));
}

TEST_F(QuotaTest, ADeadlineThatCannotBeMetIsRefusedAtOnce) {
  UseUp();
  traffic_.Call(0, milliseconds(50));
  ASSERT_EQ(traffic_.ended.size(), 2u);
  EXPECT_EQ(Result(1).waited, seconds(0));
  const Outcome& outcome = Result(1).outcome;
  EXPECT_EQ(outcome.code, absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(outcome.reason, "QUOTA_EXHAUSTED");
  EXPECT_EQ(outcome.decided_by, DecidedBy::kGateway);
  EXPECT_EQ(outcome.ran, Ran::kNo);
  EXPECT_EQ(outcome.retry_after, milliseconds(60));  // Of 51.25.
  EXPECT_THAT(outcome.message, HasSubstr("demo.Do"));
  traffic_.Run(seconds(1));
}

// The slot is at 51.25 ms; 5 ms are left for the loop's lateness and 20 for the
// way back to the caller, and the usual time of an answer must fit.
TEST_F(QuotaTest, TheWaitAndTheUsualAnswerMustFitTheDeadline) {
  for (const milliseconds usual : {milliseconds(0), milliseconds(100)}) {
    traffic_.took = usual;
    EXPECT_TRUE(Take(kPatient).outcome.ok());
    UseUp();
    traffic_.Call(0, usual + milliseconds(76));
    EXPECT_EQ(traffic_.ended.back().result.outcome.reason, "QUOTA_EXHAUSTED");
    EXPECT_TRUE(Take(usual + milliseconds(77)).outcome.ok());
    traffic_.Run(seconds(1));
  }
}

TEST_F(QuotaTest, TheUsualTimeFollowsTheAnswers) {
  traffic_.took = seconds(8);
  EXPECT_TRUE(Take(kPatient).outcome.ok());
  traffic_.took = milliseconds(50);
  for (int i = 0; i < 60; ++i) Take(kPatient);
  UseUp();
  EXPECT_TRUE(Take(milliseconds(140)).outcome.ok());
}

// Nobody could ever find out that the upstream is fast again.
TEST_F(QuotaTest, AFreeSlotIsGivenHoweverSlowAnswersAre) {
  traffic_.took = seconds(8);
  EXPECT_TRUE(Take(kPatient).outcome.ok());
  EXPECT_TRUE(Take(seconds(1)).outcome.ok());
  UseUp();
  EXPECT_EQ(Take(seconds(1)).outcome.reason, "QUOTA_EXHAUSTED");
}

TEST_F(QuotaTest, ADeadlineThatHasPassedTakesNoSlot) {
  traffic_.Call(0, seconds(0));
  EXPECT_EQ(Result(0).outcome.code, absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(Result(0).outcome.reason, "DEADLINE_TOO_SHORT");
  EXPECT_EQ(Take(kPatient).waited, seconds(0));
}

TEST_F(QuotaTest, ACancelledCallLeavesAtOnceAndCostsNobodyAnything) {
  Cancellation early;
  early.Request();
  traffic_.Call(0, kPatient, early);
  EXPECT_EQ(Result(0).outcome.code, absl::StatusCode::kCancelled);
  UseUp();
  Cancellation cancel;
  traffic_.Call(0, kPatient, cancel);
  traffic_.Call(0, kPatient);
  traffic_.CancelAfter(milliseconds(10), cancel);
  traffic_.Run(seconds(1));
  EXPECT_EQ(Result(2).outcome.code, absl::StatusCode::kCancelled);
  EXPECT_EQ(Result(2).waited, milliseconds(10));
  EXPECT_TRUE(Result(3).outcome.ok());
  EXPECT_EQ(Result(3).waited, milliseconds(52));
}

TEST_F(QuotaTest, WhenAllHaveLeftTheNextSlotIsNobodys) {
  UseUp();
  for (int i = 0; i < 3; ++i) {
    Cancellation one;
    traffic_.Call(0, kPatient, one);
    one.Request();
  }
  traffic_.Run(milliseconds(53));
  EXPECT_EQ(Take(kPatient).waited, seconds(0));
}

TEST_F(QuotaTest, GroupsActionsAndHostsAreApart) {
  Action other = traffic_.action;
  other.index = 1;
  traffic_.callers = {{"a"}, {"a"}, {"a"}, {"a"}};
  traffic_.callers[1].group = "other";
  traffic_.callers[2].host = "other";
  traffic_.callers[3].action = &other;
  for (std::size_t i = 0; i < 4; ++i) {
    traffic_.Call(i, kPatient);
    EXPECT_EQ(Result(i).waited, seconds(0));
  }
  for (std::size_t i = 0; i < 4; ++i) traffic_.Call(i, kPatient);
  traffic_.Run(seconds(1));
  for (std::size_t i = 4; i < 8; ++i) {
    EXPECT_EQ(Result(i).waited, milliseconds(52));
  }
}

TEST_F(QuotaTest, CallersTakeTurns) {
  UseUp();
  for (int i = 0; i < 3; ++i) traffic_.Call(0, kPatient);
  for (int i = 0; i < 3; ++i) traffic_.Call(1, kPatient);
  traffic_.Run(seconds(1));
  std::string order;
  for (const Traffic::Ended& call : traffic_.ended) {
    order += traffic_.callers[call.caller].id;
  }
  EXPECT_EQ(order, "cababab");
}

// `a` has 18 of the 19 slots of the next second; then `b` comes five times, and
// has every second turn.
TEST_F(QuotaTest, ACallThatIsPushedBackTooFarIsRefusedAsSoonAsThatIsKnown) {
  UseUp();
  for (int i = 0; i < 18; ++i) traffic_.Call(0, seconds(1));
  for (int i = 0; i < 5; ++i) traffic_.Call(1, seconds(1));
  traffic_.Run(seconds(3));
  EXPECT_EQ(traffic_.ended.size(), 24u);
  EXPECT_EQ(traffic_.Refused(), 4u);  // Of 23 waiting ones.
  EXPECT_EQ(traffic_.Shares()[1], 5);
  for (const Traffic::Ended& call : traffic_.ended) {
    if (call.result.outcome.ok()) continue;
    EXPECT_EQ(call.caller, 0u);
    EXPECT_LE(call.result.waited, milliseconds(52));
    EXPECT_TRUE(call.result.outcome.retry_after.has_value());
  }
}

// Slots are at 15.4 s and 30.75 s; the second goes to `b`, which comes later.
TEST_F(QuotaTest, AlsoWhereTheNextSlotIsFar) {
  traffic_.action.limit_calls = 1;
  traffic_.action.limit_period = seconds(15);
  UseUp();
  traffic_.Call(0, seconds(32));
  traffic_.Call(0, seconds(32));
  traffic_.Run(seconds(1));
  traffic_.Call(1, seconds(32));
  traffic_.Run(seconds(60));
  ASSERT_EQ(traffic_.ended.size(), 4u);
  EXPECT_EQ(traffic_.Refused(), 1u);
  EXPECT_EQ(traffic_.ended[1].caller, 0u);
  EXPECT_EQ(Result(1).outcome.reason, "QUOTA_EXHAUSTED");
  EXPECT_LE(Result(1).waited, milliseconds(1060));
  EXPECT_EQ(traffic_.Shares()[1], 1);
}

TEST_F(QuotaTest, TheMetricsTell) {
  UseUp();
  Cancellation cancel;
  traffic_.Call(0, kPatient);
  traffic_.Call(0, kPatient, cancel);
  traffic_.Call(0, milliseconds(10));
  EXPECT_THAT(traffic_.metrics.Render(),
              HasSubstr("tcgate_quota_waiting{action=\"demo.Do\"} 2\n"));
  cancel.Request();
  traffic_.Run(seconds(1));
  const std::string text = traffic_.metrics.Render();
  for (const char* line :
       {"tcgate_quota_waiting{action=\"demo.Do\"} 0\n",
        "tcgate_quota_slots_used_total{action=\"demo.Do\"} 2\n",
        "tcgate_quota_slots_total{action=\"demo.Do\"} 2\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  for (const char* result : {"granted", "refused", "left"}) {
    EXPECT_THAT(text, HasSubstr(std::string("result=\"") + result + "\""));
  }
}

class BoundedQuotaTest : public QuotaTest {
 protected:
  BoundedQuotaTest() : QuotaTest({2, 250}) {}
};

TEST_F(BoundedQuotaTest, NoMoreCallsWaitThanMay) {
  UseUp();
  for (int i = 0; i < 3; ++i) traffic_.Call(0, kPatient);
  ASSERT_EQ(traffic_.ended.size(), 2u);
  EXPECT_EQ(Result(1).outcome.code, absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Result(1).outcome.reason, "OVERLOADED");
  EXPECT_THAT(Result(1).outcome.message, HasSubstr("limits.waiting_calls"));
  EXPECT_EQ(Result(1).outcome.retry_after, seconds(1));
  traffic_.Run(milliseconds(60));  // One of the two has its slot.
  EXPECT_TRUE(Take(kPatient).outcome.ok());
}

class ByteBoundedQuotaTest : public QuotaTest {
 protected:
  ByteBoundedQuotaTest() : QuotaTest({100, 250}) {}
};

TEST_F(ByteBoundedQuotaTest, NoMoreBytesWaitThanMay) {  // 100 a call.
  UseUp();
  for (int i = 0; i < 3; ++i) traffic_.Call(0, kPatient);
  ASSERT_EQ(traffic_.ended.size(), 2u);
  EXPECT_EQ(Result(1).outcome.reason, "OVERLOADED");
  EXPECT_THAT(Result(1).outcome.message, HasSubstr("limits.waiting_bytes"));
  traffic_.Run(milliseconds(60));
  EXPECT_TRUE(Take(kPatient).outcome.ok());
}

class NoWaitQuotaTest : public QuotaTest {
 protected:
  NoWaitQuotaTest() : QuotaTest({0, 0}) {}
};

TEST_F(NoWaitQuotaTest, WhereNothingMayWaitASlotIsAtOnceOrNever) {
  UseUp();
  EXPECT_TRUE(Result(0).outcome.ok());
  EXPECT_EQ(Take(kPatient).outcome.reason, "OVERLOADED");
}

}  // namespace
}  // namespace tcgate
