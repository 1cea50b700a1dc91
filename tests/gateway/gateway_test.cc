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

#include "service/catalog/catalog.h"
#include "service/codec/table.h"
#include "service/http/loop.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_poller.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Answers what it is told to, each after `takes`, and remembers what it got.
class FakeUpstream final : public Upstream {
 public:
  struct Seen {
    std::string region;
    std::string language;
    std::string body;
    MonoTime at;
    MonoTime deadline;
  };

  explicit FakeUpstream(Loop& loop) : loop_(loop) {}

  Task<AttemptResult> Attempt(AttemptRequest request,
                              Cancellation& cancel) override {
    seen.push_back({std::string(request.region), std::string(request.language),
                    std::string(request.body), loop_.Now(), request.deadline});
    AttemptResult result;
    const MonoTime then = loop_.Now() + takes;
    const bool finished = co_await loop_.SleepUntil(then, cancel);
    if (!finished) {
      result.outcome = Refusal(absl::StatusCode::kCancelled, "", "cancelled");
      result.outcome.ran = Ran::kMaybe;
      co_return result;
    }
    if (!answers.empty()) {
      result = std::move(answers.front());
      answers.pop_front();
    } else {
      result.outcome.ran = Ran::kYes;
      result.wire = "reply";
    }
    if (on_answer) on_answer();
    co_return result;
  }

  Task<AttemptResult> Stream(AttemptRequest request, EventSink& /*sink*/,
                             Cancellation& cancel) override {
    ADD_FAILURE() << "no action here streams";
    return Attempt(request, cancel);
  }

  std::vector<Seen> seen;
  std::deque<AttemptResult> answers;
  milliseconds takes{10};
  std::function<void()> on_answer;  // Called just before an answer is given.

 private:
  Loop& loop_;
};

class TestCall final : public Call {
 public:
  void Done(Reply reply_in) override {
    ++done;
    reply = std::move(reply_in);
    if (on_done) on_done();
  }

  int done = 0;
  Reply reply;
  std::function<void()> on_done;
};

AttemptResult Fails(Outcome outcome) { return {std::move(outcome), "", {}}; }

AttemptResult RateLimited() {
  Outcome outcome;
  outcome.code = absl::StatusCode::kResourceExhausted;
  outcome.decided_by = DecidedBy::kVendor;
  outcome.reason = "RequestLimitExceeded";
  outcome.request_id = "r-1";
  return Fails(std::move(outcome));
}

class GatewayTest : public testing::Test {
 protected:
  GatewayTest() {
    account_.name = "default";
    account_.region = "ap-singapore";
    account_.language = "en-US";
    CallerRule rule;
    rule.anonymous = true;
    rule.account = &account_;
    rule.actions = {"trro.*", "trtc.*"};
    access_ = std::make_unique<Access>(std::vector<CallerRule>{rule},
                                       catalog_->actions());
    Limit({});
  }

  void Limit(GatewayLimits limits) {
    gateway_ = std::make_unique<Gateway>(*catalog_, tables_, *access_,
                                         upstream_, loop_, limits);
  }

  std::shared_ptr<TestCall> MakeCall(absl::string_view label,
                                     std::string request = "") {
    auto call = std::make_shared<TestCall>();
    call->action = catalog_->FindLabel(label);
    call->caller.loopback = true;
    call->request = std::move(request);
    call->deadline = loop_.Now() + seconds(30);
    return call;
  }

  // Starts the calls and runs the loop until all are done.
  void Run(const std::vector<std::shared_ptr<TestCall>>& calls) {
    std::size_t left = calls.size();
    for (const auto& call : calls) {
      call->on_done = [&] {
        if (--left == 0) loop_.Stop();
      };
      gateway_->Start(call);
    }
    loop_.Run();
  }

  Reply Run(absl::string_view label, std::string request = "") {
    auto call = MakeCall(label, std::move(request));
    Run({call});
    EXPECT_EQ(call->done, 1);
    return call->reply;
  }

  std::unique_ptr<const Catalog> catalog_ =
      *Catalog::Build({EmbeddedDescriptors()});
  Tables tables_;
  Account account_;
  std::unique_ptr<Access> access_;
  FakeClock clock_;
  FakePoller poller_{clock_};
  Loop loop_{clock_, poller_};
  FakeUpstream upstream_{loop_};
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(GatewayTest, ACallBecomesOneAttemptWithCanonicalJson) {
  // PageSize before PageNum on the wire: sent in the order of the numbers.
  const Reply reply =
      Run("trro.GetDevices", std::string("\x10\x05\x08\x01", 4));
  EXPECT_TRUE(reply.outcome.ok());
  EXPECT_EQ(reply.wire, "reply");
  EXPECT_EQ(reply.attempts, 1);
  EXPECT_STREQ(reply.cache, "off");
  EXPECT_EQ(reply.account, "default");
  EXPECT_EQ(reply.region, "ap-singapore");
  ASSERT_EQ(upstream_.seen.size(), 1U);
  EXPECT_EQ(upstream_.seen[0].body, R"({"PageNum":1,"PageSize":5})");
  EXPECT_EQ(upstream_.seen[0].language, "en-US");
}

TEST_F(GatewayTest, WhatTheCallAsksForIsSent) {
  auto call = MakeCall("trro.GetDevices");
  call->options.region = "eu-frankfurt";
  call->options.language = "zh-CN";
  Run({call});
  EXPECT_EQ(upstream_.seen[0].region, "eu-frankfurt");
  EXPECT_EQ(upstream_.seen[0].language, "zh-CN");
  EXPECT_EQ(call->reply.region, "eu-frankfurt");
}

TEST_F(GatewayTest, AnActionBoundToARegionGoesThere) {
  Run("trtc.DescribeTrtcInteractiveTime");
  EXPECT_EQ(upstream_.seen[0].region, "ap-guangzhou");
}

TEST_F(GatewayTest, AnAttemptHasAllTheTimeThatIsLeft) {
  auto call = MakeCall("trro.GetDevices");
  const MonoTime deadline = call->deadline;
  Run({call});
  EXPECT_EQ(upstream_.seen[0].deadline, deadline);
}

TEST_F(GatewayTest, WhoMayNotCallCostsNothing) {
  auto call = MakeCall("trro.GetDevices");
  call->caller.loopback = false;
  gateway_->Start(call);
  EXPECT_EQ(call->done, 1);
  EXPECT_EQ(call->reply.outcome.reason, reason::kNoIdentity);
  EXPECT_TRUE(upstream_.seen.empty());
}

TEST_F(GatewayTest, ARequestThatCannotBeEncodedCostsNothingAndLeaves) {
  Limit({.calls_in_flight = 1});
  for (int i = 0; i < 3; ++i) {
    auto call = MakeCall("trro.GetDevices", "\xff");
    gateway_->Start(call);
    EXPECT_EQ(call->reply.outcome.reason, reason::kInvalidRequest);
    EXPECT_EQ(call->reply.account, "default");
    EXPECT_STREQ(call->reply.cache, "off");
  }
  EXPECT_TRUE(Run("trro.GetDevices").outcome.ok());
}

TEST_F(GatewayTest, TheVendorsRateLimitIsWaitedOutOnce) {
  upstream_.answers.push_back(RateLimited());
  const Reply reply = Run("trro.CreateProject");
  EXPECT_TRUE(reply.outcome.ok());
  EXPECT_EQ(reply.attempts, 2);
  ASSERT_EQ(upstream_.seen.size(), 2U);
  EXPECT_GE(upstream_.seen[1].at - upstream_.seen[0].at, seconds(1));
}

TEST_F(GatewayTest, ASecondRateLimitIsTheCallers) {
  upstream_.answers.push_back(RateLimited());
  upstream_.answers.push_back(RateLimited());
  const Reply reply = Run("trro.CreateProject");
  EXPECT_EQ(reply.outcome.reason, "RequestLimitExceeded");
  EXPECT_EQ(reply.outcome.request_id, "r-1");
  EXPECT_EQ(reply.attempts, 2);
}

TEST_F(GatewayTest, TooManyCallsAreRefusedAndLetInAgainLater) {
  Limit({.calls_in_flight = 2});
  auto a = MakeCall("trro.GetDevices");
  auto b = MakeCall("trro.GetDevices");
  auto c = MakeCall("trro.GetDevices");
  Run({a, b, c});
  EXPECT_TRUE(a->reply.outcome.ok());
  EXPECT_TRUE(b->reply.outcome.ok());
  EXPECT_EQ(c->reply.outcome.reason, reason::kOverloaded);
  EXPECT_TRUE(c->reply.outcome.retry_after.has_value());
  EXPECT_TRUE(Run("trro.GetDevices").outcome.ok());
}

TEST_F(GatewayTest, ACancelledCallEndsAtOnceWhereverItWaits) {
  upstream_.takes = seconds(20);
  auto call = MakeCall("trro.CreateProject");
  const MonoTime start = loop_.Now();
  loop_.Post([&] { gateway_->Cancel(call); });
  Run({call});
  EXPECT_EQ(call->done, 1);
  EXPECT_EQ(call->reply.outcome.code, absl::StatusCode::kCancelled);
  EXPECT_EQ(call->reply.outcome.ran, Ran::kMaybe);
  EXPECT_LT(loop_.Now() - start, seconds(1));
}

TEST_F(GatewayTest, ACallCancelledWhileItWaitsToRepeatMakesNoSecondAttempt) {
  upstream_.answers.push_back(RateLimited());
  auto call = MakeCall("trro.CreateProject");
  // 500 ms: after the first attempt, before the second.
  Cancellation never;
  struct Canceller {
    static Detached Run(Loop& loop, Gateway& gateway,
                        std::shared_ptr<Call> call, Cancellation& cancel) {
      const MonoTime then = loop.Now() + milliseconds(500);
      co_await loop.SleepUntil(then, cancel);
      gateway.Cancel(call);
    }
  };
  loop_.Post([&] { Canceller::Run(loop_, *gateway_, call, never); });
  Run({call});
  EXPECT_EQ(upstream_.seen.size(), 1U);
  // What the vendor said stands: that it did not run is worth knowing.
  EXPECT_EQ(call->reply.outcome.reason, "RequestLimitExceeded");
}

TEST_F(GatewayTest, AnAnswerThatComesTogetherWithACancellationStands) {
  auto call = MakeCall("trro.CreateProject");
  upstream_.on_answer = [&call] { call->cancellation.Request(); };
  Run({call});
  EXPECT_TRUE(call->reply.outcome.ok());
  EXPECT_EQ(call->reply.wire, "reply");
}

TEST_F(GatewayTest, ACallCancelledBeforeItsFirstAttemptMakesNone) {
  auto call = MakeCall("trro.CreateProject");
  loop_.Post([&] { call->cancellation.Request(); });
  Run({call});
  EXPECT_TRUE(upstream_.seen.empty());
  EXPECT_EQ(call->reply.outcome.code, absl::StatusCode::kCancelled);
  EXPECT_EQ(call->reply.outcome.ran, Ran::kNo);
}

TEST_F(GatewayTest, CancellingAfterTheEndDoesNothing) {
  auto call = MakeCall("trro.GetDevices");
  Run({call});
  gateway_->Cancel(call);
  gateway_->Cancel(call);
  EXPECT_TRUE(Run("trro.GetDevices").outcome.ok());
  EXPECT_EQ(call->done, 1);
  EXPECT_TRUE(call->reply.outcome.ok());
}

}  // namespace
}  // namespace tcgate
