// The request path of actions that stream.

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
#include "service/gateway/gateway.h"
#include "tests/catalog/demo.h"
#include "tests/support/virtual_loop.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kMethods[] = R"(
    rpc Watch(In) returns (stream Out) {
      option (tcgate.options.v1.action) = { sse: true };
    })";

// Sends the events of an attempt, then ends as it is told to.
class FakeUpstream final : public Upstream {
 public:
  struct Answer {
    std::vector<std::string> events;
    Outcome outcome;
  };

  Task<AttemptResult> Attempt(AttemptRequest /*request*/,
                              Cancellation& /*cancel*/) override {
    ADD_FAILURE() << "the action streams";
    co_return AttemptResult();
  }

  Task<AttemptResult> Stream(AttemptRequest request, EventSink& sink,
                             Cancellation& /*cancel*/) override {
    seen.push_back(request);
    AttemptResult result;
    Answer answer;
    if (!answers.empty()) {
      answer = std::move(answers.front());
      answers.pop_front();
    }
    for (const std::string& event : answer.events) {
      Task<bool> sending = sink.Send(event);
      const bool taken = co_await sending;
      if (!taken) {
        ++refused;
        result.outcome = Refusal(absl::StatusCode::kCancelled, "", "refused");
        result.outcome.ran = Ran::kMaybe;
        co_return result;
      }
    }
    result.outcome = std::move(answer.outcome);
    co_return result;
  }

  std::deque<Answer> answers;
  std::vector<AttemptRequest> seen;
  int refused = 0;  // Attempts whose sink took no more.
};

class TestCall final : public Call {
 public:
  void Done(Reply ended) override {
    ++done;
    reply = std::move(ended);
    if (on_done) on_done();
  }
  void Send(std::string&& wire) override {
    sent.push_back(std::move(wire));
    on_send();
  }

  int done = 0;
  Reply reply;
  std::vector<std::string> sent;
  std::function<void()> on_send;
  std::function<void()> on_done;
};

Outcome Unreachable() {
  return Refusal(absl::StatusCode::kUnavailable, reason::kUpstreamUnreachable,
                 "unreachable");
}

class GatewayStreamTest : public testing::Test {
 protected:
  GatewayStreamTest() {
    auto catalog = BuildDemo(Demo(kMethods));
    if (!catalog.ok()) ADD_FAILURE() << catalog.status();
    catalog_ = *std::move(catalog);
    account_.name = "default";
    CallerRule rule;
    rule.anonymous = true;
    rule.account = &account_;
    rule.actions = {"*"};
    access_ = std::make_unique<Access>(std::vector<CallerRule>{rule},
                                       catalog_->actions());
    GatewayLimits limits;
    limits.calls_in_flight = 1;
    limits.stream_idle = seconds(7);
    gateway_ = std::make_unique<Gateway>(*catalog_, tables_, *access_,
                                         upstream_, v_.loop, limits);
  }

  // A call whose client takes each message at once.
  std::shared_ptr<TestCall> MakeCall() {
    auto call = std::make_shared<TestCall>();
    call->action = &catalog_->actions()[0];
    call->caller.loopback = true;
    call->deadline = MonoTime::max();
    TestCall* raw = call.get();
    call->on_send = [this, raw] { gateway_->Taken(Shared(raw)); };
    call->on_done = [this] { v_.loop.Stop(); };
    calls_.push_back(call);
    return call;
  }

  void Run(const std::shared_ptr<TestCall>& call) {
    gateway_->Start(call);
    v_.loop.Run();
    EXPECT_EQ(call->done, 1);
  }

  std::shared_ptr<TestCall> Shared(const TestCall* raw) {
    for (const auto& call : calls_) {
      if (call.get() == raw) return call;
    }
    return nullptr;
  }

  std::unique_ptr<const Catalog> catalog_;
  Tables tables_;
  Account account_;
  std::unique_ptr<Access> access_;
  VirtualLoop v_;
  FakeUpstream upstream_;
  std::unique_ptr<Gateway> gateway_;
  std::vector<std::shared_ptr<TestCall>> calls_;
};

TEST_F(GatewayStreamTest, MessagesReachTheClientInOrderAndAreCounted) {
  upstream_.answers.push_back({{"a", "bb", "ccc"}, {}});
  auto call = MakeCall();
  Run(call);
  EXPECT_TRUE(call->reply.outcome.ok());
  EXPECT_THAT(call->sent, ElementsAre("a", "bb", "ccc"));
  EXPECT_EQ(call->reply.wire, "");
  EXPECT_EQ(call->reply.events, 3U);
  EXPECT_EQ(call->reply.event_bytes, 6U);
  EXPECT_EQ(call->reply.attempts, 1);
  ASSERT_EQ(upstream_.seen.size(), 1U);
  EXPECT_EQ(upstream_.seen[0].idle, seconds(7));
  EXPECT_EQ(upstream_.seen[0].deadline, MonoTime::max());
}

TEST_F(GatewayStreamTest, TheNextMessageWaitsUntilTheOneBeforeIsTaken) {
  upstream_.answers.push_back({{"a", "b"}, {}});
  auto call = MakeCall();
  call->on_send = [this] { v_.loop.Stop(); };
  gateway_->Start(call);
  v_.loop.Run();
  EXPECT_THAT(call->sent, ElementsAre("a"));
  v_.loop.Post([this] { v_.loop.Stop(); });
  v_.loop.Run();
  EXPECT_THAT(call->sent, ElementsAre("a"));  // Nobody said that it is taken.

  gateway_->Taken(call);
  v_.loop.Run();
  EXPECT_THAT(call->sent, ElementsAre("a", "b"));
  gateway_->Taken(call);
  v_.loop.Run();
  EXPECT_EQ(call->done, 1);
  gateway_->Taken(call);  // Late, and harmless.
  v_.loop.Post([this] { v_.loop.Stop(); });
  v_.loop.Run();
}

TEST_F(GatewayStreamTest, WhatDidNotRunIsRepeated) {
  upstream_.answers.push_back({{}, Unreachable()});
  upstream_.answers.push_back({{"a"}, {}});
  auto call = MakeCall();
  Run(call);
  EXPECT_EQ(call->reply.attempts, 2);
  EXPECT_TRUE(call->reply.outcome.ok());
  EXPECT_THAT(call->sent, ElementsAre("a"));
}

TEST_F(GatewayStreamTest, NothingIsRepeatedAfterTheFirstMessage) {
  upstream_.answers.push_back({{"a"}, Unreachable()});
  upstream_.answers.push_back({{"b"}, {}});
  auto call = MakeCall();
  Run(call);
  EXPECT_EQ(call->reply.attempts, 1);
  EXPECT_EQ(call->reply.outcome.reason, reason::kUpstreamUnreachable);
  EXPECT_THAT(call->sent, ElementsAre("a"));
}

TEST_F(GatewayStreamTest, AClientThatLeavesEndsTheStreamWhereItIs) {
  upstream_.answers.push_back({{"a", "b"}, {}});
  auto call = MakeCall();
  call->on_send = [this, raw = call.get()] { gateway_->Cancel(Shared(raw)); };
  Run(call);
  EXPECT_EQ(upstream_.refused, 1);
  EXPECT_EQ(call->reply.outcome.code, absl::StatusCode::kCancelled);
  EXPECT_EQ(call->reply.outcome.ran, Ran::kMaybe);
  EXPECT_EQ(call->reply.events, 1U);
}

TEST_F(GatewayStreamTest, TheDeadlineEndsAStreamThatNobodyTakes) {
  upstream_.answers.push_back({{"a", "b"}, {}});
  auto call = MakeCall();
  call->on_send = [] {};
  call->deadline = v_.loop.Now() + seconds(90);
  Run(call);
  EXPECT_EQ(upstream_.refused, 1);
  EXPECT_THAT(call->sent, ElementsAre("a"));
}

TEST_F(GatewayStreamTest, AStreamHoldsItsPlaceUntilItsEnd) {
  upstream_.answers.push_back({{"a"}, {}});
  auto call = MakeCall();
  call->on_send = [this] { v_.loop.Stop(); };
  gateway_->Start(call);
  v_.loop.Run();
  auto other = MakeCall();
  other->on_done = nullptr;
  gateway_->Start(other);
  EXPECT_EQ(other->reply.outcome.reason, reason::kOverloaded);
  gateway_->Taken(call);
  v_.loop.Run();
  upstream_.answers.push_back({{"a"}, {}});
  auto later = MakeCall();
  Run(later);
  EXPECT_TRUE(later->reply.outcome.ok());
}

}  // namespace
}  // namespace tcgate
