#include "service/gateway/next.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using Kind = Step::Kind;

// What a failure calls for where nothing stands against it, with a further host
// and without one.
struct Row {
  const char* what;
  DecidedBy decided_by;
  Ran ran;
  const char* reason;
  Kind alone;
  Kind with_other;
  int most_wait;  // In ms, after the first attempt; without a further host.
  absl::StatusCode code = absl::StatusCode::kUnavailable;
};

constexpr DecidedBy kUs = DecidedBy::kGateway;
constexpr DecidedBy kVendor = DecidedBy::kVendor;
constexpr Kind kStop = Kind::kStop;
constexpr Kind kRetry = Kind::kWaitThenRetry;
constexpr Kind kOther = Kind::kNextHost;
constexpr Kind kKey = Kind::kRefreshCredential;
constexpr Kind kClock = Kind::kCorrectClock;

const Row kRows[] = {
    {"refused connection", kUs, Ran::kNo, reason::kUpstreamUnreachable, kRetry,
     kOther, 25},
    {"reset before a byte was sent", kUs, Ran::kNo, reason::kUpstreamBroken,
     kRetry, kOther, 25},
    {"reset after a byte was sent", kUs, Ran::kMaybe, reason::kUpstreamBroken,
     kRetry, kOther, 25},
    {"handshake", kUs, Ran::kNo, reason::kUpstreamTls, kStop, kOther, 0},
    {"time-out of the attempt", kUs, Ran::kMaybe, reason::kUpstreamTimeout,
     kRetry, kOther, 25},
    {"deadline of the caller", kUs, Ran::kMaybe, reason::kUpstreamTimeout,
     kStop, kStop, 0, absl::StatusCode::kDeadlineExceeded},
    {"deadline before a byte was sent", kUs, Ran::kNo,
     reason::kDeadlineTooShort, kStop, kStop, 0,
     absl::StatusCode::kDeadlineExceeded},
    {"no envelope", kUs, Ran::kMaybe, reason::kReplyInvalid, kRetry, kOther, 25,
     absl::StatusCode::kInternal},
    {"reply over the limit", kUs, Ran::kMaybe, reason::kReplyTooLarge, kStop,
     kStop, 0, absl::StatusCode::kResourceExhausted},
    {"no room for the reply", kUs, Ran::kMaybe, reason::kOverloaded, kStop,
     kStop, 0, absl::StatusCode::kResourceExhausted},
    {"every host is out", kUs, Ran::kNo, reason::kCircuitOpen, kStop, kStop, 0},
    {"no credential", kUs, Ran::kNo, reason::kNoCredential, kStop, kStop, 0,
     absl::StatusCode::kInternal},
    {"unknown outcome", kUs, Ran::kMaybe, reason::kOutcomeUnknown, kStop, kStop,
     0, absl::StatusCode::kUnknown},
    {"cancelled", kUs, Ran::kNo, "CANCELLED", kStop, kStop, 0,
     absl::StatusCode::kCancelled},
    {"rate limit", kVendor, Ran::kNo, "RequestLimitExceeded", kRetry, kRetry,
     50},
    {"rate limit of an address", kVendor, Ran::kNo,
     "RequestLimitExceeded.IPLimitExceeded", kRetry, kRetry, 50},
    {"called too often", kVendor, Ran::kNo, "OperationDenied.FreqOverLimit",
     kRetry, kRetry, 25},
    {"quota used up", kVendor, Ran::kNo, "LimitExceeded", kStop, kStop, 0},
    {"bad parameter", kVendor, Ran::kNo, "InvalidParameter", kStop, kStop, 0},
    {"expired signature", kVendor, Ran::kNo, "AuthFailure.SignatureExpire",
     kClock, kClock, 0},
    {"wrong signature", kVendor, Ran::kNo, "AuthFailure.SignatureFailure",
     kStop, kStop, 0},
    {"expired token", kVendor, Ran::kNo, "AuthFailure.TokenFailure", kKey, kKey,
     0},
    {"unknown key", kVendor, Ran::kNo, "AuthFailure.SecretIdNotFound", kKey,
     kKey, 0},
    {"internal error", kVendor, Ran::kMaybe, "InternalError", kRetry, kRetry,
     25},
    {"not available", kVendor, Ran::kMaybe, "ServiceUnavailable", kRetry,
     kRetry, 25},
    {"unheard-of code", kVendor, Ran::kNo, "Unheard.Of", kStop, kStop, 0},
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.what;
}

Outcome Failure(const Row& row, Ran ran) {
  Outcome outcome = Refusal(row.code, row.reason, "");
  outcome.decided_by = row.decided_by;
  outcome.ran = ran;
  return outcome;
}

// A state in which nothing stands against any step.
AttemptState Free(Effect effect) {
  AttemptState state;
  state.effect = effect;
  state.attempts = 1;
  state.left = milliseconds(5000);
  state.budget = true;
  state.draw = 0.999;
  return state;
}

constexpr Effect kEffects[] = {Effect::kRead, Effect::kIdempotent,
                               Effect::kWrite};

// What `row` calls for in `state`, worked out from the row alone.
Kind Expected(const Row& row, Ran ran, const AttemptState& state) {
  if (state.begun || ran == Ran::kYes) return kStop;
  if (ran == Ran::kMaybe && state.effect == Effect::kWrite) return kStop;
  const Kind kind = state.other_host ? row.with_other : row.alone;
  if (kind == kRetry && !state.budget) return kStop;
  if (kind == kClock && state.corrected) return kStop;
  if (kind == kKey && state.refreshed) return kStop;
  return kind;
}

class NextTest : public testing::TestWithParam<Row> {};

TEST_P(NextTest, EveryCombination) {
  const Row& row = GetParam();
  for (int bits = 0; bits < 1 << 5; ++bits) {
    for (const Effect effect : kEffects) {
      for (const Ran ran : {Ran::kNo, Ran::kMaybe, Ran::kYes}) {
        for (const int attempts : {1, 2, 100}) {
          AttemptState state = Free(effect);
          state.attempts = attempts;
          state.begun = (bits & 1) != 0;
          state.budget = (bits & 2) != 0;
          state.other_host = (bits & 4) != 0;
          state.refreshed = (bits & 8) != 0;
          state.corrected = (bits & 16) != 0;
          const Step step = Next(state, Failure(row, ran));
          ASSERT_EQ(step.kind, Expected(row, ran, state))
              << "bits " << bits << ", effect " << static_cast<int>(effect)
              << ", ran " << static_cast<int>(ran) << ", " << attempts;
          if (step.kind == kStop || step.kind == kKey || step.kind == kClock) {
            EXPECT_EQ(step.wait, milliseconds(0));
          }
        }
      }
    }
  }
}

TEST_P(NextTest, TheFirstWaitIsBounded) {
  AttemptState state = Free(Effect::kRead);
  EXPECT_LE(Next(state, Failure(GetParam(), GetParam().ran)).wait,
            milliseconds(GetParam().most_wait));
  state.other_host = true;
  const Step step = Next(state, Failure(GetParam(), GetParam().ran));
  if (step.kind == kOther) {
    EXPECT_EQ(step.wait, milliseconds(0));
  }
}

TEST_P(NextTest, TheDeadlineLeavesRoomAfterTheWait) {
  const Outcome failure = Failure(GetParam(), GetParam().ran);
  AttemptState state = Free(Effect::kRead);
  state.attempts = 4;
  const Step step = Next(state, failure);
  if (step.kind == kStop) return;
  state.left = step.wait + milliseconds(20);
  EXPECT_EQ(Next(state, failure).kind, step.kind);
  state.left = step.wait + milliseconds(19);
  EXPECT_EQ(Next(state, failure).kind, kStop);
  state.left = milliseconds(-1);
  EXPECT_EQ(Next(state, failure).kind, kStop);
}

INSTANTIATE_TEST_SUITE_P(All, NextTest, testing::ValuesIn(kRows));

TEST(Next, SuccessStops) {
  Outcome success;
  success.ran = Ran::kYes;
  EXPECT_EQ(Next(Free(Effect::kRead), success).kind, kStop);
}

TEST(Next, WaitsDoubleUpToOneSecond) {
  const Outcome failure = Failure(kRows[0], Ran::kNo);
  AttemptState state = Free(Effect::kRead);
  state.left = std::chrono::hours(1);
  std::vector<int> waits;
  for (state.attempts = 1; state.attempts <= 9; ++state.attempts) {
    state.draw = 0.5;
    waits.push_back(static_cast<int>(Next(state, failure).wait.count()));
  }
  state.attempts = 1'000'000;
  waits.push_back(static_cast<int>(Next(state, failure).wait.count()));
  EXPECT_EQ(waits,
            (std::vector<int>{12, 25, 50, 100, 200, 400, 500, 500, 500, 500}));
}

TEST(Next, JitterIsFull) {
  const Outcome failure = Failure(kRows[0], Ran::kNo);
  AttemptState state = Free(Effect::kRead);
  state.draw = 0;
  EXPECT_EQ(Next(state, failure).wait, milliseconds(0));
  state.attempts = 6;
  EXPECT_EQ(Next(state, failure).wait, milliseconds(0));
}

TEST(Next, AfterARateLimitTheQuotaDoesTheWaiting) {
  Outcome limited = Refusal(absl::StatusCode::kResourceExhausted,
                            "RequestLimitExceeded.UinLimitExceeded", "");
  limited.decided_by = kVendor;
  AttemptState state = Free(Effect::kWrite);
  state.attempts = 50;
  EXPECT_LE(Next(state, limited).wait, milliseconds(50));
}

TEST(Next, ASecondTurnToAHostWaits) {
  AttemptState state = Free(Effect::kRead);
  state.other_host = true;
  state.attempts = 2;
  const Step step = Next(state, Failure(kRows[0], Ran::kNo));
  EXPECT_EQ(step.kind, kOther);
  EXPECT_EQ(step.wait, milliseconds(49));
}

TEST(Earns, WhatTheVendorAnsweredAndNeedsNoRepeat) {
  Outcome success;
  success.decided_by = kVendor;
  EXPECT_TRUE(Earns(success));
  for (const Row& row : kRows) {
    EXPECT_EQ(Earns(Failure(row, row.ran)),
              row.decided_by == kVendor && row.alone == kStop)
        << row;
  }
}

struct TimeoutRow {
  Effect effect;
  int left;
  bool affordable;
  int timeout;
};

class AttemptTimeoutTest : public testing::TestWithParam<TimeoutRow> {};

TEST_P(AttemptTimeoutTest, Table) {
  const TimeoutRow& row = GetParam();
  EXPECT_EQ(AttemptTimeout(row.effect, milliseconds(row.left), row.affordable),
            milliseconds(row.timeout));
}

INSTANTIATE_TEST_SUITE_P(
    All, AttemptTimeoutTest,
    testing::Values(TimeoutRow{Effect::kRead, 30000, true, 2000},
                    TimeoutRow{Effect::kRead, 2500, true, 2000},
                    TimeoutRow{Effect::kRead, 2499, true, 2499},
                    TimeoutRow{Effect::kRead, 1, true, 1},
                    TimeoutRow{Effect::kRead, 0, true, 0},
                    TimeoutRow{Effect::kRead, 30000, false, 30000},
                    TimeoutRow{Effect::kIdempotent, 30000, true, 15000},
                    TimeoutRow{Effect::kIdempotent, 3000, true, 2000},
                    TimeoutRow{Effect::kIdempotent, 2499, true, 2499},
                    TimeoutRow{Effect::kIdempotent, 30000, false, 30000},
                    TimeoutRow{Effect::kWrite, 30000, true, 30000},
                    TimeoutRow{Effect::kWrite, 30000, false, 30000}));

TEST(AttemptTimeout, IsConfigurable) {
  EXPECT_EQ(AttemptTimeout(Effect::kRead, milliseconds(5000), true,
                           milliseconds(400)),
            milliseconds(400));
  EXPECT_EQ(
      AttemptTimeout(Effect::kRead, milliseconds(499), true, milliseconds(400)),
      milliseconds(499));
}

}  // namespace
}  // namespace tcgate
