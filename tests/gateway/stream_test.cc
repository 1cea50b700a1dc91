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

#include "service/gateway/gateway.h"
#include "tests/catalog/demo.h"
#include "tests/gateway/path.h"

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
class FakeUpstream final : public OneHostUpstream {
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

class StreamCall final : public TestCall {
 public:
  void Send(std::string&& wire) override {
    sent.push_back(std::move(wire));
    on_send();
  }

  std::vector<std::string> sent;
  std::function<void()> on_send;
};

Outcome Unreachable() {
  return Refusal(absl::StatusCode::kUnavailable, reason::kUpstreamUnreachable,
                 "unreachable");
}

std::unique_ptr<const Catalog> DemoCatalog() {
  auto catalog = BuildDemo(Demo(kMethods));
  if (!catalog.ok()) ADD_FAILURE() << catalog.status();
  return *std::move(catalog);
}

class GatewayStreamTest : public testing::Test {
 protected:
  GatewayStreamTest() {
    path_.AddAccount("default");
    GatewayOptions options;
    options.admission.calls = 1;
    options.attempts.stream_idle = seconds(7);
    path_.Open(upstream_, std::move(options));
  }

  // A call whose client takes each message at once.
  std::shared_ptr<StreamCall> MakeCall() {
    auto call = path_.MakeCall<StreamCall>(path_.catalog().actions()[0].label);
    call->deadline = MonoTime::max();
    StreamCall* raw = call.get();
    call->on_send = [this, raw] { path_.gateway().Taken(Shared(raw)); };
    call->on_done = [this] { loop_.Stop(); };
    calls_.push_back(call);
    return call;
  }

  void Run(const std::shared_ptr<StreamCall>& call) {
    path_.gateway().Start(call);
    loop_.Run();
    EXPECT_EQ(call->done, 1);
  }

  std::shared_ptr<StreamCall> Shared(const StreamCall* raw) {
    for (const auto& call : calls_) {
      if (call.get() == raw) return call;
    }
    return nullptr;
  }

  Path path_{DemoCatalog()};
  Loop& loop_ = path_.loop();
  FakeUpstream upstream_;
  std::vector<std::shared_ptr<StreamCall>> calls_;
};

TEST_F(GatewayStreamTest, MessagesReachTheClientInOrderAndAreCounted) {
  upstream_.answers.push_back({{"a", "bb", "ccc"}, {}});
  auto call = MakeCall();
  Run(call);
  EXPECT_TRUE(call->reply.outcome.ok());
  EXPECT_THAT(call->sent, ElementsAre("a", "bb", "ccc"));
  EXPECT_EQ(call->reply.wire, nullptr);
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
  call->on_send = [this] { loop_.Stop(); };
  path_.gateway().Start(call);
  loop_.Run();
  EXPECT_THAT(call->sent, ElementsAre("a"));
  loop_.Post([this] { loop_.Stop(); });
  loop_.Run();
  EXPECT_THAT(call->sent, ElementsAre("a"));  // Nobody said that it is taken.

  path_.gateway().Taken(call);
  loop_.Run();
  EXPECT_THAT(call->sent, ElementsAre("a", "b"));
  path_.gateway().Taken(call);
  loop_.Run();
  EXPECT_EQ(call->done, 1);
  path_.gateway().Taken(call);  // Late, and harmless.
  loop_.Post([this] { loop_.Stop(); });
  loop_.Run();
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
  call->on_send = [this, raw = call.get()] {
    path_.gateway().Cancel(Shared(raw));
  };
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
  call->deadline = loop_.Now() + seconds(90);
  Run(call);
  EXPECT_EQ(upstream_.refused, 1);
  EXPECT_THAT(call->sent, ElementsAre("a"));
}

TEST_F(GatewayStreamTest, AStreamHoldsItsPlaceUntilItsEnd) {
  upstream_.answers.push_back({{"a"}, {}});
  auto call = MakeCall();
  call->on_send = [this] { loop_.Stop(); };
  path_.gateway().Start(call);
  loop_.Run();
  auto other = MakeCall();
  other->on_done = nullptr;
  path_.gateway().Start(other);
  EXPECT_EQ(other->reply.outcome.reason, reason::kOverloaded);
  path_.gateway().Taken(call);
  loop_.Run();
  upstream_.answers.push_back({{"a"}, {}});
  auto later = MakeCall();
  Run(later);
  EXPECT_TRUE(later->reply.outcome.ok());
}

}  // namespace
}  // namespace tcgate
