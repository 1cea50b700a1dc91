// What becomes of the answer to an attempt that streams.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/await.h"
#include "tests/support/fake_poller.h"
#include "tests/upstream/tencent_upstream_fixture.h"

namespace tcgate {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

// Takes each message after `takes`, and only so many.
class FakeSink final : public EventSink {
 public:
  explicit FakeSink(Loop& loop) : loop_(loop) {}

  Task<bool> Send(std::string wire) override {
    wires.push_back(std::move(wire));
    const MonoTime then = loop_.Now() + takes;
    Cancellation never;
    Sleep sleep = loop_.SleepUntil(then, never);
    co_await sleep;
    if (wires.size() == most && cancel != nullptr) cancel->Request();
    co_return wires.size() < most;
  }

  std::vector<std::string> wires;
  seconds takes{0};
  std::size_t most = std::numeric_limits<std::size_t>::max();
  Cancellation* cancel = nullptr;  // Requested with the last.

 private:
  Loop& loop_;
};

std::string Event(int door) {
  return absl::StrCat(R"(data: {"DoorId":)", door, R"(,"RequestId":"id-1"})",
                      "\n\n");
}

std::string Wire(int door) {
  return absl::StrCat("\x08", std::string(1, static_cast<char>(door)),
                      "\x12\x04", "id-1");
}

constexpr char kErrorEvent[] =
    R"(data: {"Type":"error","RequestId":"id-2","Error":)"
    R"({"Code":"LimitExceeded.ConcurrencyLimit","Message":"No door."}})"
    "\n\n";

class TencentStreamTest : public TencentUpstreamTest {
 protected:
  TencentStreamTest() {
    http_.loop = &loop_;
    action().effect = Effect::kRead;
    action().sse = true;
  }

  static FakeAnswer Events(std::deque<std::string> parts) {
    FakeAnswer answer;
    answer.result.sent = true;
    answer.result.status = 200;
    answer.result.content_type = "text/event-stream";
    answer.parts = std::move(parts);
    return answer;
  }

  AttemptResult Stream(FakeAnswer answer) {
    request_.endpoint = upstream_->Choose(account_, action(), nullptr).endpoint;
    http_.answers.push_back(std::move(answer));
    AttemptResult result =
        Await(loop_, upstream_->Stream(request_, sink_, cancel_));
    EXPECT_EQ(http_.open_streams, 0);
    return result;
  }

  std::string Attempts(const std::string& how) const {
    return absl::StrCat(
        R"(tcgate_upstream_attempts_total{action="door.OpenDoor",result=")",
        how, R"("} 1)");
  }

  FakeSink sink_{loop_};
  Cancellation cancel_;
};

TEST_F(TencentStreamTest, EventsBecomeMessagesInTheirOrder) {
  const AttemptResult result = Stream(Events({Event(1), Event(2) + Event(3)}));
  EXPECT_TRUE(result.outcome.ok());
  EXPECT_EQ(result.outcome.ran, Ran::kYes);
  EXPECT_EQ(result.outcome.request_id, "id-1");
  EXPECT_EQ(result.wire, "");
  EXPECT_THAT(sink_.wires, ElementsAre(Wire(1), Wire(2), Wire(3)));
  EXPECT_THAT(metrics_.Render(), HasSubstr(Attempts("ok")));
  ASSERT_THAT(http_.requests, SizeIs(1));
  EXPECT_EQ(http_.requests[0].body, body_);
  EXPECT_THAT(HeaderLines(http_.requests[0]),
              Contains("X-TC-Action: OpenDoor"));
}

TEST_F(TencentStreamTest, ACutAnywhereChangesNothing) {
  const std::string body = Event(1) + ": keep\r\n\r\n" + Event(2);
  for (std::size_t cut = 1; cut < body.size(); ++cut) {
    sink_.wires.clear();
    const AttemptResult result =
        Stream(Events({body.substr(0, cut), body.substr(cut)}));
    ASSERT_TRUE(result.outcome.ok()) << cut;
    ASSERT_THAT(sink_.wires, ElementsAre(Wire(1), Wire(2))) << cut;
  }
}

TEST_F(TencentStreamTest, TheHeaderNamesTheRequest) {
  FakeAnswer answer = Events({Event(1)});
  answer.headers["X-TC-RequestId"] = "id-\r7";
  EXPECT_EQ(Stream(std::move(answer)).outcome.request_id, "id-?7");
}

TEST_F(TencentStreamTest, OnlyTheContentTypeMakesAStream) {
  for (const char* type :
       {"text/event-stream", "text/event-stream; charset=utf-8",
        "Text/Event-Stream ;x"}) {
    FakeAnswer answer = Events({Event(1)});
    answer.result.content_type = type;
    EXPECT_TRUE(Stream(std::move(answer)).outcome.ok()) << type;
  }
  for (const char* type :
       {"", "application/json", "text/event-streams", "text/plain"}) {
    FakeAnswer answer = Events({Event(1)});
    answer.result.content_type = type;
    EXPECT_EQ(Stream(std::move(answer)).outcome.reason, reason::kReplyInvalid)
        << type;
  }
}

TEST_F(TencentStreamTest, AnEnvelopeIsOneMessage) {
  FakeAnswer answer = Events({});
  answer.result.content_type = "application/json";
  const std::string reply = R"({"Response":{"DoorId":7,"RequestId":"id-1"}})";
  answer.parts = {reply.substr(0, 10), reply.substr(10)};
  const AttemptResult result = Stream(std::move(answer));
  EXPECT_TRUE(result.outcome.ok());
  EXPECT_EQ(result.outcome.request_id, "id-1");
  EXPECT_THAT(sink_.wires, ElementsAre(Wire(7)));
}

TEST_F(TencentStreamTest, AnErrorBeforeTheStreamIsThatOfAnyAction) {
  FakeAnswer answer = Events(
      {R"({"Response":{"Error":{"Code":"InvalidParameter.Pin",)"
       R"("Message":"The parameter `Pin` is wrong."},"RequestId":"id-3"}})"});
  answer.result.content_type = "application/json";
  const Outcome outcome = Stream(std::move(answer)).outcome;
  EXPECT_EQ(outcome.code, absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(outcome.decided_by, DecidedBy::kVendor);
  EXPECT_EQ(outcome.reason, "InvalidParameter.Pin");
  EXPECT_EQ(outcome.ran, Ran::kNo);
  EXPECT_EQ(outcome.request_id, "id-3");
  EXPECT_THAT(sink_.wires, IsEmpty());
  EXPECT_THAT(metrics_.Render(), HasSubstr(Attempts("vendor_error")));
}

TEST_F(TencentStreamTest, AnErrorEventEndsTheStream) {
  const Outcome outcome =
      Stream(Events({Event(1), kErrorEvent + Event(2)})).outcome;
  EXPECT_EQ(outcome.code, absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(outcome.decided_by, DecidedBy::kVendor);
  EXPECT_EQ(outcome.reason, "LimitExceeded.ConcurrencyLimit");
  EXPECT_EQ(outcome.message, "No door.");
  EXPECT_EQ(outcome.request_id, "id-2");
  EXPECT_EQ(outcome.ran, Ran::kMaybe);            // It had begun,
  EXPECT_FALSE(outcome.retry_after.has_value());  // so waiting does not help.
  EXPECT_THAT(sink_.wires, ElementsAre(Wire(1)));
  EXPECT_THAT(metrics_.Render(), HasSubstr(Attempts("vendor_error")));
}

TEST_F(TencentStreamTest, AnErrorAsFirstEventDidNotRun) {
  const Outcome outcome = Stream(Events({kErrorEvent})).outcome;
  EXPECT_EQ(outcome.reason, "LimitExceeded.ConcurrencyLimit");
  EXPECT_EQ(outcome.ran, Ran::kNo);
  EXPECT_TRUE(outcome.retry_after.has_value());
}

TEST_F(TencentStreamTest, SecretsOfTheRequestAreMaskedInAnErrorEvent) {
  const Outcome outcome =
      Stream(
          Events({absl::StrCat(R"(data: {"Error":{"Code":"A","Message":"pin )",
                               kPin, R"("}})", "\n\n")}))
          .outcome;
  EXPECT_EQ(Text(outcome).find(kPin), std::string::npos);
}

TEST_F(TencentStreamTest, DoneEndsQuietlyAndNothingFollows) {
  EXPECT_TRUE(
      Stream(Events({Event(1) + "data: [DONE]\n\n" + Event(2)})).outcome.ok());
  EXPECT_THAT(sink_.wires, ElementsAre(Wire(1)));
}

TEST_F(TencentStreamTest, EmptyEventsAreNoMessages) {
  EXPECT_TRUE(Stream(Events({"data:\n\n", Event(1), ":\n\n"})).outcome.ok());
  EXPECT_THAT(sink_.wires, ElementsAre(Wire(1)));
}

TEST_F(TencentStreamTest, AMemberThatIsLostIsCounted) {
  Stream(Events({"data: {\"DoorId\":\"seven\"}\n\n"}));
  EXPECT_THAT(metrics_.Render(),
              HasSubstr(R"(tcgate_reply_members_lost_total{)"
                        R"(action="door.OpenDoor",member="DoorId"} 1)"));
}

struct Broken {
  const char* what;
  const char* body;
  HttpFault fault;
  int status;
  const char* reason;
  absl::StatusCode read;
};

TEST_F(TencentStreamTest, WhatBreaksIsJudgedAsForAnyAction) {
  using absl::StatusCode;
  const Broken kRows[] = {
      {"cut", "", HttpFault::kBroken, 200, reason::kUpstreamBroken,
       StatusCode::kUnavailable},
      {"no JSON", "data: {\"DoorId\n\n", HttpFault::kNone, 200,
       reason::kReplyInvalid, StatusCode::kInternal},
      {"half an event, cut", "data: {\"Door", HttpFault::kBroken, 200,
       reason::kUpstreamBroken, StatusCode::kUnavailable},
      {"half an event, then a proper end", "data: {\"Door", HttpFault::kNone,
       200, reason::kReplyInvalid, StatusCode::kInternal},
  };
  for (const Broken& row : kRows) {
    for (const Effect effect : {Effect::kRead, Effect::kWrite}) {
      SCOPED_TRACE(row.what);
      action().effect = effect;
      sink_.wires.clear();
      FakeAnswer answer = Events({Event(1) + row.body});
      answer.result.fault = row.fault;
      answer.result.status = row.status;
      const Outcome outcome = Stream(std::move(answer)).outcome;
      EXPECT_EQ(outcome.ran, Ran::kMaybe);
      EXPECT_EQ(outcome.request_id, "id-1");
      EXPECT_THAT(sink_.wires, ElementsAre(Wire(1)));
      if (effect == Effect::kRead) {
        EXPECT_EQ(outcome.reason, row.reason);
        EXPECT_EQ(outcome.code, row.read);
      } else {
        EXPECT_EQ(outcome.reason, reason::kOutcomeUnknown);
        EXPECT_EQ(outcome.code, absl::StatusCode::kUnknown);
        EXPECT_THAT(outcome.metadata, Contains(Pair("cause", row.reason)));
      }
    }
  }
}

TEST_F(TencentStreamTest, AnAnswerWithoutEventsIsNone) {
  const Outcome outcome = Stream(Events({": hello\n\n"})).outcome;
  EXPECT_EQ(outcome.reason, reason::kReplyInvalid);
  EXPECT_EQ(outcome.ran, Ran::kMaybe);
}

TEST_F(TencentStreamTest, AnHttpErrorIsNoStream) {
  FakeAnswer answer = Events({Event(1)});
  answer.result.status = 502;
  const Outcome outcome = Stream(std::move(answer)).outcome;
  EXPECT_EQ(outcome.reason, reason::kUpstreamBroken);
  EXPECT_THAT(sink_.wires, IsEmpty());
}

TEST_F(TencentStreamTest, NothingSentIsNothingRun) {
  FakeAnswer answer;
  answer.result.fault = HttpFault::kConnect;
  const Outcome outcome = Stream(std::move(answer)).outcome;
  EXPECT_EQ(outcome.reason, reason::kUpstreamUnreachable);
  EXPECT_EQ(outcome.ran, Ran::kNo);
}

TEST_F(TencentStreamTest, NeitherAnEventNorAnEnvelopeMayBeTooLarge) {
  const std::string large((1 << 20) + 1, 'x');
  for (const char* type : {"text/event-stream", "application/json"}) {
    FakeAnswer answer = Events({"data: " + large, large});
    answer.result.content_type = type;
    const Outcome outcome = Stream(std::move(answer)).outcome;
    EXPECT_EQ(outcome.reason, reason::kReplyTooLarge);
    EXPECT_EQ(outcome.message.find("pages"), std::string::npos);
  }
}

TEST_F(TencentStreamTest, AStreamMayBeLargerThanAReply) {
  std::deque<std::string> parts;
  const std::string filler = absl::StrCat(":", std::string(1 << 18, 'x'), "\n");
  for (int i = 0; i < 10; ++i) parts.push_back(filler + Event(i));
  EXPECT_TRUE(Stream(Events(parts)).outcome.ok());
  EXPECT_THAT(sink_.wires, SizeIs(10));
}

TEST_F(TencentStreamTest, SilenceEndsWithTheIdleLimit) {
  request_.deadline = MonoTime::max();
  request_.idle = seconds(60);
  FakeAnswer answer = Events({Event(1)});
  answer.stalls = true;
  const MonoTime start = clock_.MonoNow();
  const Outcome outcome = Stream(std::move(answer)).outcome;
  EXPECT_EQ(outcome.reason, reason::kUpstreamTimeout);
  EXPECT_EQ(outcome.code, absl::StatusCode::kUnavailable);
  EXPECT_THAT(outcome.message, HasSubstr("limits.stream_idle"));
  EXPECT_EQ(clock_.MonoNow() - start, seconds(60));
}

TEST_F(TencentStreamTest, TheCallersDeadlineEndsSilenceEarlier) {
  request_.deadline = clock_.MonoNow() + seconds(5);
  FakeAnswer answer = Events({Event(1)});
  answer.stalls = true;
  const Outcome outcome = Stream(std::move(answer)).outcome;
  EXPECT_EQ(outcome.reason, reason::kUpstreamTimeout);
  EXPECT_EQ(outcome.code, absl::StatusCode::kDeadlineExceeded);
}

TEST_F(TencentStreamTest, ASlowCallerIsNoIdleUpstream) {
  request_.deadline = MonoTime::max();
  request_.idle = seconds(60);
  sink_.takes = seconds(3600);
  EXPECT_TRUE(Stream(Events({Event(1), Event(2), Event(3)})).outcome.ok());
  EXPECT_THAT(sink_.wires, SizeIs(3));
}

TEST_F(TencentStreamTest, AnIdleLimitCountsFromTheEventBeforeIt) {
  request_.deadline = MonoTime::max();
  request_.idle = seconds(60);
  sink_.takes = seconds(100);
  FakeAnswer answer = Events({Event(1)});
  answer.stalls = true;
  const MonoTime start = clock_.MonoNow();
  EXPECT_EQ(Stream(std::move(answer)).outcome.reason, reason::kUpstreamTimeout);
  EXPECT_EQ(clock_.MonoNow() - start, seconds(160));
}

TEST_F(TencentStreamTest, ACallerThatTakesNoMoreEndsTheExchange) {
  sink_.most = 2;
  const Outcome late = Stream(Events({Event(1), Event(2), Event(3)})).outcome;
  EXPECT_EQ(late.code, absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(sink_.wires, SizeIs(2));
}

TEST_F(TencentStreamTest, ACancellationWhileACallerTakesEndsTheExchange) {
  sink_.most = 1;
  sink_.cancel = &cancel_;
  const Outcome left = Stream(Events({Event(1), Event(2)})).outcome;
  EXPECT_EQ(left.code, absl::StatusCode::kCancelled);
  EXPECT_EQ(left.ran, Ran::kMaybe);
}

TEST_F(TencentStreamTest, ACancellationWhileNothingComesEndsTheExchange) {
  FakeAnswer answer = Events({Event(1)});
  answer.stalls = true;
  loop_.Post([this] { cancel_.Request(); });
  EXPECT_EQ(Stream(std::move(answer)).outcome.code,
            absl::StatusCode::kCancelled);
}

TEST_F(TencentStreamTest, WithoutAKeyNothingIsOpened) {
  keys_.keys.clear();
  EXPECT_EQ(Stream(Events({})).outcome.reason, reason::kNoCredential);
  EXPECT_THAT(http_.requests, IsEmpty());
}

}  // namespace
}  // namespace tcgate
