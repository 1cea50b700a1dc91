#include "service/replies/keyed_writes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/replies/demo_actions.h"
#include "tests/support/virtual_loop.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Answer Says(absl::StatusCode code, Ran ran,
            DecidedBy by = DecidedBy::kGateway) {
  Answer answer;
  answer.outcome.code = code;
  answer.outcome.ran = ran;
  answer.outcome.decided_by = by;
  if (answer.outcome.ok()) {
    answer.wire = std::make_shared<const std::string>("made");
  }
  return answer;
}
Answer Ok() { return Says(absl::StatusCode::kOk, Ran::kYes); }

class KeyedWritesTest : public testing::Test {
 protected:
  KeyedWrite Write(absl::string_view key = "k",
                   absl::string_view body = "{}") const {
    KeyedWrite write;
    write.action = &demo_.write_a;
    write.account = &demo_.one;
    write.caller = "spiffe://example.org/a";
    write.key = key;
    write.region = "ap-guangzhou";
    write.body = body;
    write.deadline = virtual_.clock.MonoNow() + seconds(30);
    return write;
  }

  Lead LeadOf(const KeyedWrite& write) {
    auto way = writes_->Get(write);
    EXPECT_TRUE(std::holds_alternative<Lead>(way)) << way.index();
    return std::get<Lead>(std::move(way));
  }
  std::shared_ptr<Flight> JoinOf(const KeyedWrite& write) {
    auto way = writes_->Get(write);
    EXPECT_TRUE(std::holds_alternative<Join>(way)) << way.index();
    return std::get<Join>(std::move(way)).flight;
  }
  Answer ReplayOf(const KeyedWrite& write) {
    auto way = writes_->Get(write);
    EXPECT_TRUE(std::holds_alternative<KeyedWrites::Replay>(way))
        << way.index();
    return *std::get<KeyedWrites::Replay>(std::move(way)).answer;
  }
  Outcome RefusalOf(const KeyedWrite& write) {
    auto way = writes_->Get(write);
    EXPECT_TRUE(std::holds_alternative<Outcome>(way)) << way.index();
    return std::get<Outcome>(std::move(way));
  }
  void Run(const KeyedWrite& write, Answer answer) {
    LeadOf(write).ticket.Finish(std::move(answer));
  }

  Detached Waits(std::string name, std::shared_ptr<Flight> flight,
                 Cancellation& cancel) {
    const MonoTime until = virtual_.loop.Now() + seconds(30);
    Task<bool> wait = flight->Wait(until, cancel);
    const bool ended = co_await wait;
    events_.push_back(name + (ended ? " ended" : " left"));
  }

  DemoActions demo_;
  VirtualLoop virtual_;
  std::unique_ptr<KeyedWrites> writes_ =
      std::make_unique<KeyedWrites>(virtual_.loop, KeyedWrites::Limits{});
  std::vector<std::string> events_;
};

TEST_F(KeyedWritesTest, WhatIsKnownOfAWriteIsToldAgain) {
  const struct {
    Answer answer;
    bool kept;
  } kRows[] = {
      {Ok(), true},
      {Says(absl::StatusCode::kUnknown, Ran::kMaybe), true},
      {Says(absl::StatusCode::kUnavailable, Ran::kMaybe, DecidedBy::kVendor),
       true},
      {Says(absl::StatusCode::kAlreadyExists, Ran::kYes, DecidedBy::kVendor),
       true},
      {Says(absl::StatusCode::kUnavailable, Ran::kNo), false},
      {Says(absl::StatusCode::kResourceExhausted, Ran::kNo, DecidedBy::kVendor),
       false},
      {Says(absl::StatusCode::kInvalidArgument, Ran::kNo, DecidedBy::kVendor),
       false},
      {Says(absl::StatusCode::kCancelled, Ran::kNo), false},
  };
  int row_number = 0;
  for (const auto& row : kRows) {
    SCOPED_TRACE(row_number);
    const std::string key = absl::StrCat("key ", row_number++);
    Run(Write(key), row.answer);
    if (row.kept) {
      const Answer replay = ReplayOf(Write(key));
      EXPECT_EQ(replay.outcome.code, row.answer.outcome.code);
      EXPECT_EQ(replay.outcome.decided_by, row.answer.outcome.decided_by);
      EXPECT_EQ(replay.outcome.ran, row.answer.outcome.ran);
      EXPECT_EQ(replay.wire, row.answer.wire);
    } else {
      Run(Write(key), Ok());  // Free: it runs.
    }
  }
}

// Who comes later has neither left nor too little time.
TEST_F(KeyedWritesTest, AWriteWhoseCallEndedIsOfUnknownOutcomeToOthers) {
  for (const auto code :
       {absl::StatusCode::kCancelled, absl::StatusCode::kDeadlineExceeded}) {
    const std::string key = absl::StrCat(code);
    Run(Write(key), Says(code, Ran::kMaybe));
    const Answer replay = ReplayOf(Write(key));
    EXPECT_EQ(replay.outcome.code, absl::StatusCode::kUnknown);
    EXPECT_EQ(replay.outcome.reason, reason::kOutcomeUnknown);
    EXPECT_EQ(replay.outcome.ran, Ran::kMaybe);
  }
}

TEST_F(KeyedWritesTest, WhoRunsItIsToldThatItsTimeIsUp) {
  Lead lead = LeadOf(Write());
  lead.ticket.Finish(Says(absl::StatusCode::kDeadlineExceeded, Ran::kMaybe));
  EXPECT_EQ(lead.flight->answer().outcome.code,
            absl::StatusCode::kDeadlineExceeded);
}

TEST_F(KeyedWritesTest, WhatMayRunTwiceIsRunAgainWhereNobodyKnows) {
  KeyedWrite write = Write();
  write.action = &demo_.write_b;
  Run(write, Says(absl::StatusCode::kUnavailable, Ran::kMaybe));
  Run(write, Ok());  // Free: it runs.
  EXPECT_TRUE(ReplayOf(write).outcome.ok());
}

TEST_F(KeyedWritesTest, ATicketThatGoesUnusedLeavesAnUnknownOutcome) {
  {
    const Lead lead = LeadOf(Write());
  }
  EXPECT_EQ(ReplayOf(Write()).outcome.code, absl::StatusCode::kInternal);
}

TEST_F(KeyedWritesTest, TheScopeIsAccountCallerActionAndKey) {
  Run(Write(), Ok());
  std::vector<KeyedWrite> others(5, Write());
  others[0].account = &demo_.two;
  others[1].action = &demo_.write_b;
  others[2].caller = "spiffe://example.org/b";
  others[3].key = "l";
  // The same bytes, cut otherwise.
  others[4].caller = "spiffe://example.org/ak";
  others[4].key = "";
  for (const KeyedWrite& other : others) Run(other, Ok());
  EXPECT_EQ(writes_->entries(), 6U);
}

TEST_F(KeyedWritesTest, AKeyStandsForOneRequest) {
  KeyedWrite elsewhere = Write();
  elsewhere.region = "ap-singapore";
  const KeyedWrite other = Write("k", R"({"A":1})");
  Lead lead = LeadOf(Write());
  for (const bool running : {true, false}) {
    SCOPED_TRACE(running);
    for (const KeyedWrite& write : {other, elsewhere}) {
      const Outcome refusal = RefusalOf(write);
      EXPECT_EQ(refusal.code, absl::StatusCode::kInvalidArgument);
      EXPECT_EQ(refusal.reason, reason::kInvalidRequest);
      EXPECT_EQ(refusal.ran, Ran::kNo);
      EXPECT_THAT(refusal.message, HasSubstr("tcgate-idempotency-key"));
    }
    if (running) lead.ticket.Finish(Ok());
  }
  // A key that is free again is free for another request.
  Run(Write("free"), Says(absl::StatusCode::kUnavailable, Ran::kNo));
  Run(Write("free", R"({"A":1})"), Ok());
}

TEST_F(KeyedWritesTest, IsKeptTenMinutesFromItsEnd) {
  Lead lead = LeadOf(Write());
  virtual_.clock.Advance(minutes(4));
  lead.ticket.Finish(Ok());
  virtual_.clock.Advance(minutes(10) - milliseconds(1));
  EXPECT_TRUE(ReplayOf(Write()).outcome.ok());
  virtual_.clock.Advance(milliseconds(1));
  Run(Write(), Ok());
}

TEST_F(KeyedWritesTest, OneThatRunsIsNotForgottenHoweverLongItTakes) {
  const Lead lead = LeadOf(Write());
  virtual_.clock.Advance(minutes(60));
  EXPECT_EQ(JoinOf(Write()), lead.flight);
}

TEST_F(KeyedWritesTest, AFullTableRefusesAndForgetsNone) {
  writes_ = std::make_unique<KeyedWrites>(virtual_.loop,
                                          KeyedWrites::Limits{.entries = 2});
  Run(Write("a"), Ok());
  virtual_.clock.Advance(minutes(3));
  Lead running = LeadOf(Write("b"));
  const Outcome refusal = RefusalOf(Write("c"));
  EXPECT_EQ(refusal.code, absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(refusal.reason, reason::kOverloaded);
  EXPECT_EQ(refusal.ran, Ran::kNo);
  EXPECT_EQ(refusal.retry_after, minutes(7));
  EXPECT_TRUE(ReplayOf(Write("a")).outcome.ok());
  EXPECT_EQ(JoinOf(Write("b")), running.flight);
  running.ticket.Finish(Says(absl::StatusCode::kUnavailable, Ran::kNo));
  Run(Write("c"), Ok());
  virtual_.clock.Advance(minutes(7));
  Run(Write("d"), Ok());
}

TEST_F(KeyedWritesTest, IsBoundedByBytesAndGivesThemAllBack) {
  writes_ = std::make_unique<KeyedWrites>(
      virtual_.loop, KeyedWrites::Limits{.bytes = 100'000});
  int led = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string key = absl::StrCat("a key of usual length ", i);
    auto way = writes_->Get(Write(key));
    if (!std::holds_alternative<Lead>(way)) break;
    ++led;
    std::get<Lead>(way).ticket.Finish(
        i % 2 == 0 ? Ok() : Says(absl::StatusCode::kUnavailable, Ran::kNo));
    EXPECT_LE(writes_->bytes(), 100'000U);
  }
  EXPECT_GT(led, 50);
  EXPECT_LT(led, 1000);
  virtual_.clock.Advance(minutes(10));
  {
    const Lead last = LeadOf(Write("last"));
  }
  EXPECT_EQ(writes_->entries(), 1U);
  virtual_.clock.Advance(minutes(10));
  LeadOf(Write("very last"))
      .ticket.Finish(Says(absl::StatusCode::kUnavailable, Ran::kNo));
  EXPECT_EQ(writes_->bytes(), 0U);
}

TEST_F(KeyedWritesTest, ALargeReplyOfAWriteThatRanIsKeptAllTheSame) {
  writes_ = std::make_unique<KeyedWrites>(virtual_.loop,
                                          KeyedWrites::Limits{.bytes = 20'000});
  Answer large = Ok();
  large.wire = std::make_shared<const std::string>(50'000, 'x');
  Run(Write("a"), large);
  EXPECT_EQ(ReplayOf(Write("a")).wire, large.wire);
  EXPECT_EQ(RefusalOf(Write("b")).reason, reason::kOverloaded);
}

TEST_F(KeyedWritesTest, WhoLeavesDoesNotEndTheWriteThatOthersWaitFor) {
  Cancellation first, second;
  Lead lead = LeadOf(Write());
  Waits("first", lead.flight, first);
  Waits("second", JoinOf(Write()), second);
  first.Request();
  EXPECT_THAT(events_, ElementsAre("first left"));
  EXPECT_FALSE(lead.flight->cancellation().requested());
  lead.ticket.Finish(Ok());
  EXPECT_THAT(events_, ElementsAre("first left", "second ended"));
}

TEST_F(KeyedWritesTest, AJoinerLeavesAlone) {
  Cancellation first, second;
  Lead lead = LeadOf(Write());
  Waits("first", lead.flight, first);
  Waits("second", JoinOf(Write()), second);
  second.Request();
  EXPECT_FALSE(lead.flight->cancellation().requested());
  lead.ticket.Finish(Ok());
  EXPECT_THAT(events_, ElementsAre("second left", "first ended"));
}

TEST_F(KeyedWritesTest, NobodyRunsItAgainWhileItIsBeingCancelled) {
  Cancellation first, second;
  Lead lead = LeadOf(Write());
  Waits("first", lead.flight, first);
  first.Request();
  EXPECT_TRUE(lead.flight->cancellation().requested());
  const std::shared_ptr<Flight> flight = JoinOf(Write());
  Waits("second", flight, second);
  lead.ticket.Finish(Says(absl::StatusCode::kCancelled, Ran::kMaybe));
  EXPECT_EQ(flight->answer().outcome.code, absl::StatusCode::kUnknown);
  EXPECT_THAT(events_, ElementsAre("first ended", "second ended"));
}

}  // namespace
}  // namespace tcgate
