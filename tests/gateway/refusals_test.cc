#include "service/gateway/refusals.h"

#include <gtest/gtest.h>

namespace tcgate {
namespace {

TEST(LeftBehind, SaysWhatIsKnownOfTheAction) {
  Action read;
  read.effect = Effect::kRead;
  Action write;
  write.effect = Effect::kWrite;
  for (const Action* action : {&read, &write}) {
    const Outcome outcome = LeftBehind(*action, Ran::kNo);
    EXPECT_EQ(outcome.code, absl::StatusCode::kDeadlineExceeded);
    EXPECT_EQ(outcome.reason, reason::kDeadlineTooShort);
    EXPECT_EQ(outcome.ran, Ran::kNo);
  }
  const Outcome of_read = LeftBehind(read, Ran::kMaybe);
  EXPECT_EQ(of_read.code, absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(of_read.reason, reason::kUpstreamTimeout);
  EXPECT_EQ(of_read.ran, Ran::kMaybe);
  const Outcome of_write = LeftBehind(write, Ran::kMaybe);
  EXPECT_EQ(of_write.code, absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(of_write.reason, reason::kOutcomeUnknown);
  EXPECT_EQ(of_write.ran, Ran::kMaybe);
}

TEST(ForWhoWaitsLonger, SaysNothingOfADeadline) {
  const struct {
    const char* before;
    absl::StatusCode code;
    const char* after;
  } kRows[] = {
      {reason::kUpstreamTimeout, absl::StatusCode::kUnavailable,
       reason::kUpstreamTimeout},
      {reason::kDeadlineTooShort, absl::StatusCode::kUnavailable,
       reason::kUpstreamUnreachable},
      {reason::kOutcomeUnknown, absl::StatusCode::kUnknown,
       reason::kOutcomeUnknown},
  };
  for (const auto& row : kRows) {
    Outcome outcome = Refusal(absl::StatusCode::kDeadlineExceeded, row.before,
                              "give it more time");
    ForWhoWaitsLonger(outcome);
    EXPECT_EQ(outcome.code, row.code);
    EXPECT_EQ(outcome.reason, row.after);
    EXPECT_EQ(outcome.retry_after.has_value(),
              row.code == absl::StatusCode::kUnavailable);
  }
}

}  // namespace
}  // namespace tcgate
