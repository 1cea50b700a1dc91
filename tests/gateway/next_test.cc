#include "service/gateway/next.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace tcgate {
namespace {

using std::chrono::milliseconds;

// The whole decision table: what came of an attempt, and whether one more is
// made a second later.
struct Row {
  const char* what;
  DecidedBy decided_by;
  Ran ran;
  const char* reason;
  bool again;
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.what;
}

class NextTest : public testing::TestWithParam<Row> {
 protected:
  static Outcome Failure(const Row& row) {
    Outcome outcome = Refusal(absl::StatusCode::kUnavailable, row.reason, "");
    outcome.decided_by = row.decided_by;
    outcome.ran = row.ran;
    return outcome;
  }
};

TEST_P(NextTest, Table) {
  const Step step = Next({1, milliseconds(5000)}, Failure(GetParam()));
  EXPECT_EQ(step.kind == Step::Kind::kWaitThenRetry, GetParam().again);
  EXPECT_EQ(step.wait, milliseconds(GetParam().again ? 1000 : 0));
}

TEST_P(NextTest, NeverAThirdAttempt) {
  const Step step = Next({2, milliseconds(5000)}, Failure(GetParam()));
  EXPECT_EQ(step.kind, Step::Kind::kStop);
}

TEST_P(NextTest, NothingIsRepeatedOnceTheAnswerHasBegun) {
  AttemptState begun{1, milliseconds(5000)};
  begun.begun = true;
  EXPECT_EQ(Next(begun, Failure(GetParam())).kind, Step::Kind::kStop);
}

TEST_P(NextTest, TheDeadlineLeavesRoomAfterTheWait) {
  const Outcome failure = Failure(GetParam());
  EXPECT_EQ(Next({1, milliseconds(1000)}, failure).kind, Step::Kind::kStop);
  EXPECT_EQ(Next({1, milliseconds(-1)}, failure).kind, Step::Kind::kStop);
  EXPECT_EQ(
      Next({1, milliseconds(1001)}, failure).kind == Step::Kind::kWaitThenRetry,
      GetParam().again);
}

constexpr DecidedBy kUs = DecidedBy::kGateway;
constexpr DecidedBy kVendor = DecidedBy::kVendor;

INSTANTIATE_TEST_SUITE_P(
    All, NextTest,
    testing::Values(
        Row{"refused connection", kUs, Ran::kNo, reason::kUpstreamUnreachable,
            true},
        Row{"reset before a byte was sent", kUs, Ran::kNo,
            reason::kUpstreamBroken, true},
        Row{"handshake", kUs, Ran::kNo, reason::kUpstreamTls, false},
        Row{"reset after a byte was sent", kUs, Ran::kMaybe,
            reason::kUpstreamBroken, false},
        Row{"time-out", kUs, Ran::kMaybe, reason::kUpstreamTimeout, false},
        Row{"no envelope", kUs, Ran::kMaybe, reason::kReplyInvalid, false},
        Row{"deadline before a byte was sent", kUs, Ran::kNo,
            reason::kDeadlineTooShort, false},
        Row{"no credential", kUs, Ran::kNo, reason::kNoCredential, false},
        Row{"unknown outcome", kUs, Ran::kMaybe, reason::kOutcomeUnknown,
            false},
        Row{"rate limit", kVendor, Ran::kNo, "RequestLimitExceeded", true},
        Row{"rate limit of an address", kVendor, Ran::kNo,
            "RequestLimitExceeded.IPLimitExceeded", true},
        Row{"called too often", kVendor, Ran::kNo,
            "OperationDenied.FreqOverLimit", true},
        Row{"quota used up", kVendor, Ran::kNo, "LimitExceeded", false},
        Row{"bad parameter", kVendor, Ran::kNo, "InvalidParameter", false},
        Row{"expired signature", kVendor, Ran::kNo,
            "AuthFailure.SignatureExpire", false},
        Row{"internal error", kVendor, Ran::kMaybe, "InternalError", false},
        Row{"unheard-of code", kVendor, Ran::kNo, "Unheard.Of", false}));

TEST(Next, SuccessStops) {
  Outcome success;
  success.ran = Ran::kYes;
  EXPECT_EQ(Next({1, milliseconds(5000)}, success).kind, Step::Kind::kStop);
}

}  // namespace
}  // namespace tcgate
