#include "service/gateway/gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/gateway/path.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StrEq;

// Answers what it is told to, each after `takes`, and remembers what it got.
class FakeUpstream final : public OneHostUpstream {
 public:
  struct Seen {
    std::string account;
    std::string region;
    std::string language;
    std::string body;
    MonoTime at;
    MonoTime deadline;
    bool deadline_is_callers;
  };

  explicit FakeUpstream(Loop& loop) : loop_(loop) {}

  Task<bool> RefreshCredential(AttemptRequest /*request*/,
                               std::shared_ptr<const SigningKey> /*refused*/,
                               MonoTime /*until*/,
                               Cancellation& /*cancel*/) override {
    co_return true;
  }

  Task<AttemptResult> Stream(AttemptRequest request, EventSink& /*sink*/,
                             Cancellation& cancel) override {
    return Attempt(request, cancel);
  }

  Task<AttemptResult> Attempt(AttemptRequest request,
                              Cancellation& cancel) override {
    seen.push_back({request.account->name, std::string(request.region),
                    std::string(request.language), std::string(request.body),
                    loop_.Now(), request.deadline,
                    request.deadline_is_callers});
    AttemptResult result;
    const MonoTime then = loop_.Now() + takes;
    Sleep sleep = loop_.SleepUntil(std::min(then, request.deadline), cancel);
    const bool finished = co_await sleep;
    if (!finished) {
      result.outcome = Refusal(absl::StatusCode::kCancelled, "", "cancelled");
      result.outcome.ran = Ran::kMaybe;
      co_return result;
    }
    if (then > request.deadline) {
      result.outcome = TimedOut(request);
      co_return result;
    }
    if (!answers.empty()) {
      result = std::move(answers.front());
      answers.pop_front();
    } else {
      result.outcome.decided_by = DecidedBy::kVendor;
      result.outcome.ran = Ran::kYes;
      result.outcome.request_id = "r-" + std::to_string(seen.size());
      result.wire = "reply " + std::to_string(seen.size());
    }
    if (on_answer) on_answer();
    co_return result;
  }

  std::vector<Seen> seen;
  std::deque<AttemptResult> answers;
  milliseconds takes{10};
  std::function<void()> on_answer;  // Called just before an answer is given.

 private:
  static Outcome TimedOut(const AttemptRequest& request) {
    Outcome outcome = Refusal(request.deadline_is_callers
                                  ? absl::StatusCode::kDeadlineExceeded
                                  : absl::StatusCode::kUnavailable,
                              reason::kUpstreamTimeout, "no answer");
    outcome.ran = Ran::kMaybe;
    if (request.action->effect == Effect::kWrite) {
      outcome.reason = reason::kOutcomeUnknown;
    }
    return outcome;
  }

  Loop& loop_;
};

AttemptResult Fails(Outcome outcome) {
  AttemptResult result;
  result.outcome = std::move(outcome);
  return result;
}

AttemptResult Refuses(absl::StatusCode code, const char* reason) {
  Outcome outcome;
  outcome.code = code;
  outcome.decided_by = DecidedBy::kVendor;
  outcome.reason = reason;
  outcome.request_id = "r-1";
  return Fails(std::move(outcome));
}

AttemptResult RateLimited() {
  return Refuses(absl::StatusCode::kResourceExhausted, "RequestLimitExceeded");
}

AttemptResult Broken() {
  Outcome outcome = Refusal(absl::StatusCode::kUnavailable,
                            reason::kUpstreamBroken, "broken");
  outcome.ran = Ran::kMaybe;
  return Fails(std::move(outcome));
}

class GatewayTest : public testing::Test {
 protected:
  GatewayTest() { path_.AddAccount("default"); }

  void Open(GatewayOptions options = {}) {
    if (options.replies.bytes == 0) options.replies.bytes = 1 << 20;
    path_.Open(upstream_, std::move(options));
  }

  std::shared_ptr<TestCall> MakeCall(absl::string_view label,
                                     std::string request = "") {
    return path_.MakeCall(label, std::move(request));
  }

  void Run(const std::vector<std::shared_ptr<TestCall>>& calls) {
    path_.Run(calls);
  }

  std::shared_ptr<TestCall> Run(absl::string_view label,
                                std::string request = "") {
    auto call = MakeCall(label, std::move(request));
    Run({call});
    EXPECT_EQ(call->done, 1);
    return call;
  }

  // Runs `job` on the loop in `wait`.
  void After(milliseconds wait, std::function<void()> job) {
    struct Later {
      static Detached Run(Loop& loop, Cancellation& never, milliseconds wait,
                          std::function<void()> job) {
        Sleep sleep = loop.SleepUntil(loop.Now() + wait, never);
        co_await sleep;
        job();
      }
    };
    path_.loop().Post([this, wait, job = std::move(job)]() mutable {
      Later::Run(path_.loop(), never_, wait, std::move(job));
    });
  }

  Cancellation never_;
  Path path_{ShippedCatalog()};
  FakeUpstream upstream_{path_.loop()};
};

TEST_F(GatewayTest, ACallBecomesOneAttemptWithCanonicalJson) {
  Open();
  // PageSize before PageNum on the wire: sent in the order of the numbers.
  const auto call = Run("trro.GetDevices", std::string("\x10\x05\x08\x01", 4));
  EXPECT_TRUE(call->reply.outcome.ok());
  EXPECT_EQ(call->wire(), "reply 1");
  EXPECT_EQ(call->reply.attempts, 1);
  EXPECT_STREQ(call->reply.cache, "miss");
  EXPECT_EQ(call->reply.account, "default");
  EXPECT_EQ(call->reply.region, "ap-singapore");
  EXPECT_FALSE(call->reply.traceparent.empty());
  ASSERT_EQ(upstream_.seen.size(), 1U);
  EXPECT_EQ(upstream_.seen[0].body, R"({"PageNum":1,"PageSize":5})");
  EXPECT_EQ(upstream_.seen[0].language, "en-US");
}

TEST_F(GatewayTest, WhatTheCallAsksForIsSent) {
  Open();
  auto call = MakeCall("trro.GetDevices");
  call->options.region = "eu-frankfurt";
  call->options.language = "zh-CN";
  Run({call});
  EXPECT_EQ(upstream_.seen[0].region, "eu-frankfurt");
  EXPECT_EQ(upstream_.seen[0].language, "zh-CN");
  EXPECT_EQ(call->reply.region, "eu-frankfurt");
}

TEST_F(GatewayTest, AnActionBoundToARegionGoesThere) {
  Open();
  Run("trtc.DescribeTrtcInteractiveTime");
  EXPECT_EQ(upstream_.seen[0].region, "ap-guangzhou");
}

TEST_F(GatewayTest, AWriteHasAllTheTimeThatIsLeftAndAReadItsShare) {
  Open();
  auto write = MakeCall("trro.CreateProject");
  auto read = MakeCall("trro.GetDevices");
  const MonoTime start = path_.loop().Now();
  Run({write, read});
  EXPECT_EQ(upstream_.seen[0].deadline, write->deadline);
  EXPECT_TRUE(upstream_.seen[0].deadline_is_callers);
  EXPECT_EQ(upstream_.seen[1].deadline, start + seconds(2));
  EXPECT_FALSE(upstream_.seen[1].deadline_is_callers);
}

TEST_F(GatewayTest, WhoMayNotCallCostsNothing) {
  Open();
  auto call = MakeCall("trro.GetDevices");
  call->caller.loopback = false;
  path_.gateway().Start(call);
  EXPECT_EQ(call->done, 1);
  EXPECT_EQ(call->reply.outcome.reason, reason::kNoIdentity);
  EXPECT_TRUE(call->reply.account.empty());
  EXPECT_TRUE(upstream_.seen.empty());
}

TEST_F(GatewayTest, ARequestThatCannotBeEncodedCostsNothingAndLeaves) {
  Open({.admission = {.calls = 1}});
  for (int i = 0; i < 3; ++i) {
    auto call = MakeCall("trro.GetDevices", "\xff");
    path_.gateway().Start(call);
    EXPECT_EQ(call->reply.outcome.reason, reason::kInvalidRequest);
    EXPECT_EQ(call->reply.account, "default");
    EXPECT_STREQ(call->reply.cache, "off");
  }
  EXPECT_TRUE(Run("trro.GetDevices")->reply.outcome.ok());
}

TEST_F(GatewayTest, AHitIsAnsweredOnTheCallersThreadAndCostsNoAttempt) {
  Open();
  Run("trro.GetDevices");
  path_.clock().Advance(seconds(3));
  auto call = MakeCall("trro.GetDevices");
  path_.gateway().Start(call);
  ASSERT_EQ(call->done, 1);
  EXPECT_EQ(call->wire(), "reply 1");
  EXPECT_EQ(call->reply.outcome.request_id, "r-1");
  EXPECT_STREQ(call->reply.cache, "hit");
  EXPECT_EQ(call->reply.age, seconds(3));
  EXPECT_EQ(call->reply.attempts, 0);
  EXPECT_EQ(upstream_.seen.size(), 1U);
  path_.clock().Advance(seconds(2));
  EXPECT_STREQ(Run("trro.GetDevices")->reply.cache, "miss");
}

TEST_F(GatewayTest, EqualReadsAreOneAttempt) {
  Open();
  std::vector<std::shared_ptr<TestCall>> calls;
  for (int i = 0; i < 100; ++i) calls.push_back(MakeCall("trro.GetDevices"));
  calls.push_back(MakeCall("trro.GetDevices", std::string("\x08\x02", 2)));
  Run(calls);
  EXPECT_EQ(upstream_.seen.size(), 2U);
  EXPECT_STREQ(calls[0]->reply.cache, "miss");
  for (std::size_t i = 1; i < 100; ++i) {
    EXPECT_STREQ(calls[i]->reply.cache, "joined");
    EXPECT_EQ(calls[i]->wire(), "reply 1");
    EXPECT_TRUE(calls[i]->reply.traceparent.empty());
  }
  EXPECT_EQ(calls[100]->wire(), "reply 2");
}

TEST_F(GatewayTest, OwnWritesAreRead) {
  Open();
  Run("trro.DescribeProjectList");
  Run("trro.GetDevices");
  Run("trro.CreateProject");
  EXPECT_STREQ(Run("trro.DescribeProjectList")->reply.cache, "miss");
  // What the write did not touch is still there; what it touched is not stored
  // for a second.
  EXPECT_STREQ(Run("trro.GetLicenses")->reply.cache, "miss");
  EXPECT_STREQ(Run("trro.GetLicenses")->reply.cache, "hit");
  EXPECT_STREQ(Run("trro.DescribeProjectList")->reply.cache, "miss");
  path_.clock().Advance(seconds(1));
  EXPECT_STREQ(Run("trro.DescribeProjectList")->reply.cache, "miss");
  EXPECT_STREQ(Run("trro.DescribeProjectList")->reply.cache, "hit");
}

TEST_F(GatewayTest, TheCallDecidesWhatOfTheCacheItTakes) {
  Open();
  auto only = MakeCall("trro.GetDevices");
  only->options.cache.only_if_cached = true;
  path_.gateway().Start(only);
  EXPECT_EQ(only->reply.outcome.code, absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(only->reply.outcome.reason, reason::kNotCached);

  Run("trro.GetDevices");
  auto fresh = MakeCall("trro.GetDevices");
  fresh->options.cache.no_cache = true;
  Run({fresh});
  EXPECT_STREQ(fresh->reply.cache, "bypass");
  EXPECT_EQ(fresh->wire(), "reply 2");

  path_.clock().Advance(seconds(2));
  auto young = MakeCall("trro.GetDevices");
  young->options.cache.max_age = seconds(1);
  Run({young});
  EXPECT_STREQ(young->reply.cache, "miss");
  auto again = MakeCall("trro.GetDevices");
  again->options.cache.only_if_cached = true;
  Run({again});
  EXPECT_EQ(again->wire(), "reply 3");
}

TEST_F(GatewayTest, AWriteThatMayOnlyBeCachedIsNotRun) {
  Open();
  auto call = MakeCall("trro.CreateProject");
  call->options.cache.only_if_cached = true;
  Run({call});
  EXPECT_EQ(call->reply.outcome.reason, reason::kNotCached);
  EXPECT_TRUE(upstream_.seen.empty());
}

TEST_F(GatewayTest, AStaleReplyIsServedWhileOneCallAsksForANewOne) {
  GatewayOptions options;
  options.replies.stale_while_revalidate = seconds(10);
  Open(std::move(options));
  Run("trro.GetDevices");
  path_.clock().Advance(seconds(6));
  auto first = MakeCall("trro.GetDevices");
  auto second = MakeCall("trro.GetDevices");
  path_.gateway().Start(first);
  path_.gateway().Start(second);
  EXPECT_STREQ(first->reply.cache, "stale");
  EXPECT_STREQ(second->reply.cache, "stale");
  After(milliseconds(100), [this] { path_.loop().Stop(); });
  path_.loop().Run();
  EXPECT_EQ(upstream_.seen.size(), 2U);
  const auto third = Run("trro.GetDevices");
  EXPECT_STREQ(third->reply.cache, "hit");
  EXPECT_EQ(third->wire(), "reply 2");
}

TEST_F(GatewayTest, AStaleReplyIsServedWhereTheVendorCannotBeAsked) {
  GatewayOptions options;
  options.replies.stale_if_error = seconds(60);
  Open(std::move(options));
  Run("trro.GetDevices");
  path_.clock().Advance(seconds(6));
  for (int i = 0; i < 100; ++i) upstream_.answers.push_back(Broken());
  const auto call = Run("trro.GetDevices");
  EXPECT_TRUE(call->reply.outcome.ok());
  EXPECT_STREQ(call->reply.cache, "stale");
  // Until the budget was spent.
  EXPECT_GT(call->reply.attempts, 10);
  EXPECT_GT(call->reply.age, seconds(6));
}

TEST_F(GatewayTest, AReadIsRepeatedUntilItIsAnswered) {
  Open();
  for (int i = 0; i < 5; ++i) upstream_.answers.push_back(Broken());
  const auto call = Run("trro.GetDevices");
  EXPECT_TRUE(call->reply.outcome.ok());
  EXPECT_EQ(call->reply.attempts, 6);
}

TEST_F(GatewayTest, AWriteThatMayHaveRunIsNotRepeated) {
  Open();
  AttemptResult unknown = Broken();
  unknown.outcome.code = absl::StatusCode::kUnknown;
  unknown.outcome.reason = reason::kOutcomeUnknown;
  upstream_.answers.push_back(std::move(unknown));
  const auto call = Run("trro.CreateProject");
  EXPECT_EQ(call->reply.outcome.reason, reason::kOutcomeUnknown);
  EXPECT_EQ(call->reply.attempts, 1);
}

TEST_F(GatewayTest, TheVendorsRateLimitIsWaitedOut) {
  Open();
  for (int i = 0; i < 3; ++i) upstream_.answers.push_back(RateLimited());
  const auto call = Run("trro.CreateProject");
  EXPECT_TRUE(call->reply.outcome.ok());
  EXPECT_EQ(call->reply.attempts, 4);
}

TEST_F(GatewayTest, SlotsAreKeptApartByTheVendorsLimit) {
  Open();
  std::vector<std::shared_ptr<TestCall>> calls;
  for (int i = 0; i < 21; ++i) calls.push_back(MakeCall("trro.CreateProject"));
  Run(calls);
  ASSERT_EQ(upstream_.seen.size(), 21U);
  EXPECT_GT(upstream_.seen[20].at - upstream_.seen[0].at, seconds(1));
  EXPECT_GT(calls[20]->reply.queued, milliseconds(950));
}

TEST_F(GatewayTest, WhoCannotHaveASlotInTimeIsRefusedAtOnce) {
  Open();
  std::vector<std::shared_ptr<TestCall>> calls;
  for (int i = 0; i < 40; ++i) {
    calls.push_back(MakeCall("trro.CreateProject"));
    calls.back()->deadline = path_.loop().Now() + seconds(1);
  }
  Run(calls);
  EXPECT_LT(upstream_.seen.size(), 21U);
  const Reply& last = calls.back()->reply;
  EXPECT_EQ(last.outcome.code, absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(last.outcome.reason, reason::kQuotaExhausted);
  EXPECT_TRUE(last.outcome.retry_after.has_value());
  EXPECT_EQ(last.queued, milliseconds(0));
  EXPECT_EQ(last.attempts, 0);
}

TEST_F(GatewayTest, AnExpiredSignatureCorrectsTheClockOnce) {
  Open();
  for (int i = 0; i < 2; ++i) {
    AttemptResult expired =
        Refuses(absl::StatusCode::kInternal, "AuthFailure.SignatureExpire");
    expired.server_time = WallTime(seconds(1));
    upstream_.answers.push_back(std::move(expired));
  }
  const auto call = Run("trro.CreateProject");
  EXPECT_EQ(call->reply.attempts, 2);
  EXPECT_EQ(call->reply.outcome.reason, "AuthFailure.SignatureExpire");
}

TEST_F(GatewayTest, ARefusedKeyIsRefreshedOnce) {
  Open();
  for (int i = 0; i < 2; ++i) {
    upstream_.answers.push_back(
        Refuses(absl::StatusCode::kInternal, "AuthFailure.TokenFailure"));
  }
  const auto call = Run("trro.CreateProject");
  EXPECT_EQ(call->reply.attempts, 2);
}

TEST_F(GatewayTest, ASlowReadIsAskedTwiceWhereThatIsConfigured) {
  GatewayOptions options;
  options.attempts.hedge_after = milliseconds(300);
  Open(std::move(options));
  upstream_.takes = seconds(1);
  auto call = MakeCall("trro.GetDevices");
  After(milliseconds(200), [this] { upstream_.takes = milliseconds(10); });
  const MonoTime start = path_.loop().Now();
  Run({call});
  EXPECT_EQ(upstream_.seen.size(), 2U);
  EXPECT_EQ(call->reply.attempts, 2);
  EXPECT_TRUE(call->reply.outcome.ok());
  EXPECT_LT(path_.loop().Now() - start, milliseconds(500));

  upstream_.takes = milliseconds(200);
  EXPECT_EQ(Run("trro.GetLicenses")->reply.attempts, 1);
}

TEST_F(GatewayTest, AReadThatFailsFastIsRepeatedWithoutWaitingForTheHedge) {
  GatewayOptions options;
  options.attempts.hedge_after = seconds(5);
  Open(std::move(options));
  upstream_.answers.push_back(Broken());
  const MonoTime start = path_.loop().Now();
  const auto call = Run("trro.GetDevices");
  EXPECT_TRUE(call->reply.outcome.ok());
  EXPECT_EQ(call->reply.attempts, 2);
  EXPECT_LT(path_.loop().Now() - start, seconds(1));
}

TEST_F(GatewayTest, TooManyCallsAreRefusedAndLetInAgainLater) {
  Open({.admission = {.calls = 2}});
  auto a = MakeCall("trro.GetDevices");
  auto b = MakeCall("trro.GetDevices");
  auto c = MakeCall("trro.GetDevices");
  Run({a, b, c});
  EXPECT_TRUE(a->reply.outcome.ok());
  EXPECT_TRUE(b->reply.outcome.ok());
  EXPECT_EQ(c->reply.outcome.reason, reason::kOverloaded);
  EXPECT_THAT(c->reply.outcome.message, HasSubstr("limits.calls_in_flight"));
  EXPECT_TRUE(c->reply.outcome.retry_after.has_value());
  EXPECT_TRUE(Run("trro.GetLicenses")->reply.outcome.ok());
  EXPECT_EQ(path_.gateway().calls_in_flight(), 0);
}

TEST_F(GatewayTest, AKeyedWriteRunsOnce) {
  Open();
  auto first = MakeCall("trro.CreateProject");
  auto second = MakeCall("trro.CreateProject");
  auto other = MakeCall("trro.CreateProject", std::string("\x0a\x01n", 3));
  for (const auto& call : {first, second, other}) {
    call->options.idempotency_key = "k";
  }
  Run({first, second, other});
  EXPECT_EQ(upstream_.seen.size(), 1U);
  EXPECT_EQ(second->wire(), first->wire());
  EXPECT_STREQ(second->reply.cache, "joined");
  EXPECT_EQ(other->reply.outcome.code, absl::StatusCode::kInvalidArgument);

  auto later = MakeCall("trro.CreateProject");
  later->options.idempotency_key = "k";
  Run({later});
  EXPECT_EQ(upstream_.seen.size(), 1U);
  EXPECT_EQ(later->wire(), first->wire());
}

TEST_F(GatewayTest, ACancelledCallEndsAtOnceWhereverItWaits) {
  Open();
  upstream_.takes = seconds(20);
  auto call = MakeCall("trro.CreateProject");
  const MonoTime start = path_.loop().Now();
  After(milliseconds(1), [&] { path_.gateway().Cancel(call); });
  Run({call});
  EXPECT_EQ(call->done, 1);
  EXPECT_EQ(call->reply.outcome.code, absl::StatusCode::kCancelled);
  EXPECT_EQ(call->reply.outcome.ran, Ran::kMaybe);
  EXPECT_LT(path_.loop().Now() - start, seconds(1));
}

TEST_F(GatewayTest, OneWhoLeavesAFlightLeavesAlone) {
  Open();
  upstream_.takes = seconds(1);
  auto leader = MakeCall("trro.GetDevices");
  auto hasty = MakeCall("trro.GetDevices");
  hasty->deadline = path_.loop().Now() + milliseconds(500);
  auto patient = MakeCall("trro.GetDevices");
  After(milliseconds(100), [&] { path_.gateway().Cancel(leader); });
  Run({leader, hasty, patient});
  EXPECT_EQ(upstream_.seen.size(), 1U);
  EXPECT_EQ(leader->reply.outcome.code, absl::StatusCode::kCancelled);
  EXPECT_EQ(hasty->reply.outcome.code, absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(hasty->reply.outcome.reason, reason::kUpstreamTimeout);
  EXPECT_EQ(patient->wire(), "reply 1");
}

TEST_F(GatewayTest, WhoJoinsLaterHasAnAttemptThatLastsLonger) {
  Open();
  upstream_.takes = seconds(10);
  auto leader = MakeCall("trro.GetDevices");
  leader->deadline = path_.loop().Now() + milliseconds(500);
  auto patient = MakeCall("trro.GetDevices");
  After(milliseconds(400), [this] { upstream_.takes = milliseconds(1); });
  Run({leader, patient});
  EXPECT_EQ(leader->reply.outcome.code, absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(patient->reply.outcome.ok()) << patient->reply.outcome.message;
  EXPECT_EQ(upstream_.seen.size(), 2U);
}

// The leader's slot is pushed away; its deadline is not that of the others.
TEST_F(GatewayTest, WhoJoinsLaterWaitsForASlotForLonger) {
  path_.account("default").share = 0.05;  // A slot a second.
  Open();
  Run("trro.GetDevices", std::string("\x08\x02", 2));
  auto leader = MakeCall("trro.GetDevices");
  leader->deadline = path_.loop().Now() + milliseconds(1200);
  auto patient = MakeCall("trro.GetDevices");
  auto limited = MakeCall("trro.GetLicenses");
  upstream_.answers.push_back(Refuses(absl::StatusCode::kResourceExhausted,
                                      "RequestLimitExceeded.UinLimitExceeded"));
  Run({limited, leader, patient});
  EXPECT_FALSE(leader->reply.outcome.ok());
  EXPECT_TRUE(patient->reply.outcome.ok()) << patient->reply.outcome.message;
}

TEST_F(GatewayTest, WhoJoinsAWriteIsNotToldOfADeadlineThatIsNotItsOwn) {
  Open();
  upstream_.takes = seconds(10);
  auto leader = MakeCall("trro.CreateProject");
  leader->deadline = path_.loop().Now() + milliseconds(500);
  auto patient = MakeCall("trro.CreateProject");
  for (const auto& call : {leader, patient}) {
    call->options.idempotency_key = "k";
  }
  Run({leader, patient});
  EXPECT_EQ(upstream_.seen.size(), 1U);
  for (const auto& call : {leader, patient}) {
    EXPECT_EQ(call->reply.outcome.reason, reason::kOutcomeUnknown);
    EXPECT_EQ(call->reply.outcome.ran, Ran::kMaybe);
  }
  EXPECT_EQ(patient->reply.outcome.code, absl::StatusCode::kUnknown);
}

// The first attempt may still take effect, whatever became of the second.
TEST_F(GatewayTest, AnUnknownOutcomeIsNotForgottenByALaterAttempt) {
  Open();
  upstream_.answers.push_back(Broken());
  upstream_.answers.push_back(
      Refuses(absl::StatusCode::kInvalidArgument, "InvalidParameter"));
  const auto write = Run("trro.ModifyProject");
  EXPECT_EQ(write->reply.attempts, 2);
  EXPECT_EQ(write->reply.outcome.reason, "InvalidParameter");
  EXPECT_EQ(write->reply.outcome.ran, Ran::kMaybe);
  path_.clock().Advance(seconds(50));
  Run("trro.DescribeProjectList");
  EXPECT_STREQ(Run("trro.DescribeProjectList")->reply.cache, "miss");
  path_.clock().Advance(seconds(10));
  Run("trro.DescribeProjectList");
  EXPECT_STREQ(Run("trro.DescribeProjectList")->reply.cache, "hit");
}

TEST_F(GatewayTest, AHedgeThatIsRefusedDoesNotEndTheFirstAttempt) {
  GatewayOptions options;
  options.attempts.hedge_after = milliseconds(100);
  Open(std::move(options));
  upstream_.takes = seconds(1);
  upstream_.answers.push_back(RateLimited());
  After(milliseconds(50), [this] { upstream_.takes = milliseconds(10); });
  const auto call = Run("trro.GetDevices");
  EXPECT_EQ(upstream_.seen.size(), 2U);
  EXPECT_TRUE(call->reply.outcome.ok()) << call->reply.outcome.message;
}

// It is held as it came, as it waits and as it is sent.
TEST_F(GatewayTest, ARequestIsCountedAsItIsHeld) {
  GatewayOptions options;
  options.bytes_in_flight = 100'000;
  Open(std::move(options));
  const std::string text(20'000, '\x01');  // Six bytes each in JSON.
  const auto call =
      Run("trro.CreateProject", std::string("\x0a\xa0\x9c\x01", 4) + text);
  EXPECT_EQ(call->reply.outcome.reason, reason::kOverloaded);
  EXPECT_THAT(call->reply.outcome.message, HasSubstr("limits.bytes_in_flight"));
  EXPECT_EQ(path_.gateway().bytes_in_flight(), 0U);
}

TEST_F(GatewayTest, ACallCancelledWhileItWaitsToRepeatMakesNoSecondAttempt) {
  Open();
  path_.random.draw = 0.99;
  upstream_.answers.push_back(RateLimited());
  auto call = MakeCall("trro.CreateProject");
  // After the first attempt, before the second.
  After(milliseconds(30), [&] { path_.gateway().Cancel(call); });
  Run({call});
  EXPECT_EQ(upstream_.seen.size(), 1U);
  // What the vendor said stands: that it did not run is worth knowing.
  EXPECT_EQ(call->reply.outcome.reason, "RequestLimitExceeded");
}

TEST_F(GatewayTest, AnAnswerThatComesTogetherWithACancellationStands) {
  Open();
  auto call = MakeCall("trro.CreateProject");
  upstream_.on_answer = [&call] { call->cancellation.Request(); };
  Run({call});
  EXPECT_TRUE(call->reply.outcome.ok());
  EXPECT_EQ(call->wire(), "reply 1");
}

TEST_F(GatewayTest, ACallCancelledBeforeItsFirstAttemptMakesNone) {
  Open();
  auto call = MakeCall("trro.CreateProject");
  path_.loop().Post([&] { call->cancellation.Request(); });
  Run({call});
  EXPECT_TRUE(upstream_.seen.empty());
  EXPECT_EQ(call->reply.outcome.code, absl::StatusCode::kCancelled);
  EXPECT_EQ(call->reply.outcome.ran, Ran::kNo);
}

TEST_F(GatewayTest, CancellingAfterTheEndDoesNothing) {
  Open();
  auto call = MakeCall("trro.GetDevices");
  Run({call});
  path_.gateway().Cancel(call);
  path_.gateway().Cancel(call);
  EXPECT_TRUE(Run("trro.GetLicenses")->reply.outcome.ok());
  EXPECT_EQ(call->done, 1);
  EXPECT_TRUE(call->reply.outcome.ok());
}

}  // namespace
}  // namespace tcgate
