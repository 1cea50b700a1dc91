#include "service/replies/flight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/replies/ticket.h"
#include "tests/support/virtual_loop.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Answer Ok() {
  Answer answer;
  answer.outcome.ran = Ran::kYes;
  answer.wire = std::make_shared<const std::string>("reply");
  return answer;
}

Answer Fails(absl::StatusCode code) {
  Answer answer;
  answer.outcome.code = code;
  return answer;
}

// What is done for a flight: sleeps, and ends it with a success, or with
// CANCELLED as soon as it is cancelled.
Detached Work(Loop& loop, Lead lead, milliseconds takes) {
  const MonoTime then = loop.Now() + takes;
  const bool done = co_await loop.SleepUntil(then, lead.flight->cancellation());
  lead.ticket.Finish(done ? Ok() : Fails(absl::StatusCode::kCancelled));
}

class FlightTest : public testing::Test {
 protected:
  MonoTime In(milliseconds time) const { return start_ + time; }

  // Waits, then notes who it is, when, and how it ended.
  Detached Waits(std::string name, std::shared_ptr<Flight> flight,
                 milliseconds until, Cancellation& cancel) {
    const MonoTime end = In(until);
    Task<bool> wait = flight->Wait(end, cancel);
    const bool ended = co_await wait;
    const auto at =
        std::chrono::duration_cast<milliseconds>(loop_.Now() - start_);
    absl::StrAppend(&name, " ", at.count());
    if (!ended) {
      name += " left";
    } else {
      EXPECT_TRUE(flight->ended());
      name += flight->answer().outcome.ok() ? " ok" : " failed";
    }
    events_.push_back(std::move(name));
  }

  Detached At(milliseconds time, std::function<void()> act) {
    const MonoTime then = In(time);
    co_await loop_.SleepUntil(then, never_);
    act();
  }

  Detached CancelAt(milliseconds time, Cancellation& cancel) {
    const MonoTime then = In(time);
    co_await loop_.SleepUntil(then, never_);
    cancel.Request();
  }

  Detached StopAt(milliseconds time) {
    const MonoTime then = In(time);
    co_await loop_.SleepUntil(then, never_);
    loop_.Stop();
  }

  void RunUntil(milliseconds time) {
    StopAt(time);
    loop_.Run();
  }

  Lead Begin(milliseconds until = seconds(10)) {
    return LeadAlone(loop_, In(until));
  }

  VirtualLoop virtual_;
  Loop& loop_ = virtual_.loop;
  const MonoTime start_ = loop_.Now();
  Cancellation never_, a_, b_, c_;
  std::vector<std::string> events_;
};

TEST_F(FlightTest, AllWhoWaitGetTheSameAnswerInTheOrderTheyCame) {
  Lead lead = Begin();
  const std::shared_ptr<Flight> flight = lead.flight;
  Work(loop_, std::move(lead), milliseconds(50));
  Waits("a", flight, seconds(10), a_);
  Waits("b", flight, seconds(10), b_);
  Waits("c", flight, seconds(5), c_);
  RunUntil(seconds(1));
  EXPECT_THAT(events_, ElementsAre("a 50 ok", "b 50 ok", "c 50 ok"));
  EXPECT_EQ(*flight->answer().wire, "reply");
}

TEST_F(FlightTest, AFlightMayEndBeforeAnybodyWaits) {
  Lead lead = Begin();
  const std::shared_ptr<Flight> flight = lead.flight;
  lead.ticket.Finish(Ok());
  EXPECT_FALSE(flight->open());
  Waits("a", flight, seconds(10), a_);
  EXPECT_THAT(events_, ElementsAre("a 0 ok"));
}

TEST_F(FlightTest, WhoseDeadlinePassesLeavesAlone) {
  Lead lead = Begin();
  const std::shared_ptr<Flight> flight = lead.flight;
  Work(loop_, std::move(lead), milliseconds(50));
  Waits("a", flight, milliseconds(20), a_);
  Waits("b", flight, milliseconds(60), b_);
  RunUntil(seconds(1));
  EXPECT_THAT(events_, ElementsAre("a 20 left", "b 50 ok"));
}

TEST_F(FlightTest, WhoCancelsLeavesAlone) {
  Lead lead = Begin();
  const std::shared_ptr<Flight> flight = lead.flight;
  Work(loop_, std::move(lead), milliseconds(50));
  Waits("a", flight, seconds(10), a_);
  Waits("b", flight, seconds(10), b_);
  CancelAt(milliseconds(20), a_);
  RunUntil(seconds(1));
  EXPECT_THAT(events_, ElementsAre("a 20 left", "b 50 ok"));
  EXPECT_FALSE(flight->cancellation().requested());
}

TEST_F(FlightTest, TheLastToCancelEndsTheFlightAndLearnsHow) {
  Lead lead = Begin();
  const std::shared_ptr<Flight> flight = lead.flight;
  Work(loop_, std::move(lead), milliseconds(50));
  Waits("a", flight, seconds(10), a_);
  Waits("b", flight, seconds(10), b_);
  CancelAt(milliseconds(20), a_);
  CancelAt(milliseconds(30), b_);
  RunUntil(seconds(1));
  // `Work` ends inside of `Request`.
  EXPECT_THAT(events_, ElementsAre("a 20 left", "b 30 failed"));
  EXPECT_EQ(flight->answer().outcome.code, absl::StatusCode::kCancelled);
}

TEST_F(FlightTest, WhatIsCancelledMayTakeItsTime) {
  Lead lead = Begin();
  const std::shared_ptr<Flight> flight = lead.flight;
  Waits("a", flight, seconds(10), a_);
  CancelAt(milliseconds(20), a_);
  At(milliseconds(500), [&] { lead.ticket.Finish(Ok()); });
  At(milliseconds(100), [&] {
    EXPECT_TRUE(flight->cancellation().requested());
    EXPECT_FALSE(flight->open());
    EXPECT_THAT(events_, IsEmpty());
  });
  RunUntil(seconds(1));
  EXPECT_THAT(events_, ElementsAre("a 500 ok"));
}

TEST_F(FlightTest, AtTheDeadlineOfTheLastTheFlightEndsByItself) {
  Lead lead = Begin();
  const std::shared_ptr<Flight> flight = lead.flight;
  Waits("a", flight, milliseconds(20), a_);
  // Attempts end a little after their time.
  At(milliseconds(25), [&] {
    EXPECT_FALSE(flight->cancellation().requested());
    EXPECT_FALSE(flight->open());
    lead.ticket.Finish(Fails(absl::StatusCode::kDeadlineExceeded));
  });
  RunUntil(seconds(1));
  EXPECT_THAT(events_, ElementsAre("a 25 failed"));
  EXPECT_EQ(flight->answer().outcome.code, absl::StatusCode::kDeadlineExceeded);
}

TEST_F(FlightTest, AnAttemptThatOutlivesTheLastDeadlineIsCancelled) {
  Lead lead = Begin();
  const std::shared_ptr<Flight> flight = lead.flight;
  Work(loop_, std::move(lead), seconds(5));
  Waits("a", flight, milliseconds(20), a_);
  RunUntil(seconds(10));
  EXPECT_THAT(events_, ElementsAre("a 120 failed"));
}

TEST_F(FlightTest, CancellingAfterTheDeadlineCancelsAtOnce) {
  Lead lead = Begin();
  const std::shared_ptr<Flight> flight = lead.flight;
  Work(loop_, std::move(lead), seconds(5));
  Waits("a", flight, milliseconds(20), a_);
  CancelAt(milliseconds(50), a_);
  RunUntil(seconds(10));
  EXPECT_THAT(events_, ElementsAre("a 50 failed"));
}

TEST_F(FlightTest, OfTwoWithOneDeadlineTheFirstLeavesAndTheLastLearns) {
  Lead lead = Begin();
  const std::shared_ptr<Flight> flight = lead.flight;
  Waits("a", flight, milliseconds(20), a_);
  Waits("b", flight, milliseconds(20), b_);
  At(milliseconds(20),
     [&] { lead.ticket.Finish(Fails(absl::StatusCode::kDeadlineExceeded)); });
  RunUntil(seconds(1));
  EXPECT_THAT(events_, ElementsAre("a 20 left", "b 20 failed"));
}

TEST_F(FlightTest, EndDeadlineAndCancelInOneRoundInAnyOrder) {
  // The timers of one instant run in the order they were added.
  const std::vector<std::string> kOrders[] = {
      {"end", "cancel", "wait"}, {"end", "wait", "cancel"},
      {"cancel", "end", "wait"}, {"cancel", "wait", "end"},
      {"wait", "end", "cancel"}, {"wait", "cancel", "end"},
  };
  for (const auto& order : kOrders) {
    SCOPED_TRACE(order[0] + " " + order[1] + " " + order[2]);
    VirtualLoop fresh;
    const MonoTime then = fresh.loop.Now() + milliseconds(20);
    Cancellation cancel, other;
    Lead lead = LeadAlone(fresh.loop, then);
    const std::shared_ptr<Flight> flight = lead.flight;
    std::vector<bool> results;
    struct Steps {
      static Detached Wait(std::shared_ptr<Flight> flight, MonoTime until,
                           Cancellation& cancel, std::vector<bool>& results) {
        Task<bool> wait = flight->Wait(until, cancel);
        results.push_back(co_await wait);
      }
      static Detached Cancel(Loop& loop, MonoTime then, Cancellation& cancel,
                             Cancellation& other) {
        co_await loop.SleepUntil(then, other);
        cancel.Request();
      }
      static Detached End(Loop& loop, MonoTime then, Ticket& ticket,
                          Cancellation& never) {
        co_await loop.SleepUntil(then, never);
        ticket.Finish(Ok());
        loop.Stop();
      }
    };
    Cancellation never;
    for (const std::string& step : order) {
      if (step == "wait") Steps::Wait(flight, then, cancel, results);
      if (step == "cancel") Steps::Cancel(fresh.loop, then, cancel, other);
      if (step == "end") Steps::End(fresh.loop, then, lead.ticket, never);
    }
    fresh.loop.Run();
    EXPECT_THAT(results, ElementsAre(true));
  }
}

TEST_F(FlightTest, OneWhoIsWokenMayCancelAnotherAndWaitAgain) {
  Lead lead = Begin();
  const std::shared_ptr<Flight> flight = lead.flight;
  struct First {
    static Detached Run(std::shared_ptr<Flight> flight, MonoTime until,
                        Cancellation& mine, Cancellation& others, int& ended) {
      Task<bool> wait = flight->Wait(until, mine);
      const bool first = co_await wait;
      others.Request();
      Task<bool> again = flight->Wait(until, mine);
      const bool second = co_await again;
      ended += first && second ? 1 : 0;
    }
  };
  int ended = 0;
  First::Run(flight, In(seconds(9)), a_, b_, ended);
  Waits("b", flight, seconds(9), b_);
  Waits("c", flight, seconds(9), c_);
  lead.ticket.Finish(Ok());
  EXPECT_EQ(ended, 1);
  EXPECT_THAT(events_, ElementsAre("b 0 ok", "c 0 ok"));
}

TEST_F(FlightTest, TheDeadlineIsTheLatestOfThoseWhoWait) {
  Lead lead = Begin(seconds(30));
  const std::shared_ptr<Flight> flight = lead.flight;
  EXPECT_EQ(flight->deadline(), In(seconds(30)));  // Nobody has come yet.
  Waits("a", flight, seconds(4), a_);
  EXPECT_EQ(flight->deadline(), In(seconds(4)));
  Waits("b", flight, seconds(9), b_);
  Waits("c", flight, seconds(9), c_);
  EXPECT_EQ(flight->deadline(), In(seconds(9)));
  c_.Request();
  EXPECT_EQ(flight->deadline(), In(seconds(9)));
  b_.Request();
  EXPECT_EQ(flight->deadline(), In(seconds(4)));
  a_.Request();
  EXPECT_EQ(flight->deadline(), In(seconds(4)));  // The last who did.
  lead.ticket.Finish(Ok());
  EXPECT_EQ(flight->deadline(), In(seconds(4)));
  EXPECT_THAT(events_, ElementsAre("c 0 left", "b 0 left", "a 0 ok"));
}

TEST_F(FlightTest, OneThatGoesOnIsLeftByAll) {
  auto flight = std::make_shared<Flight>(loop_, In(seconds(5)),
                                         Flight::WhenLeft::kGoesOn);
  Lead lead{flight, Ticket(flight, nullptr)};
  Work(loop_, std::move(lead), seconds(2));
  Waits("a", flight, seconds(1), a_);
  EXPECT_EQ(flight->deadline(), In(seconds(5)));
  Waits("b", flight, seconds(9), b_);
  EXPECT_EQ(flight->deadline(), In(seconds(9)));
  CancelAt(milliseconds(30), b_);
  At(milliseconds(40), [&] {
    EXPECT_EQ(flight->deadline(), In(seconds(5)));
    EXPECT_TRUE(flight->open());
  });
  RunUntil(seconds(10));
  EXPECT_THAT(events_, ElementsAre("b 30 left", "a 1000 left"));
  EXPECT_TRUE(flight->answer().outcome.ok());
}

TEST_F(FlightTest, ATicketThatGoesUnusedFailsItsFlight) {
  std::optional<Lead> lead = Begin();
  const std::shared_ptr<Flight> flight = lead->flight;
  Waits("a", flight, seconds(10), a_);
  std::optional<Ticket> ticket(std::move(lead->ticket));
  lead.reset();
  EXPECT_THAT(events_, IsEmpty());  // One that was moved from is void.
  ticket.reset();
  EXPECT_THAT(events_, ElementsAre("a 0 failed"));
  EXPECT_EQ(flight->answer().outcome.code, absl::StatusCode::kInternal);
  EXPECT_EQ(flight->answer().outcome.reason, reason::kInternal);
  EXPECT_EQ(flight->answer().outcome.ran, Ran::kMaybe);
}

}  // namespace
}  // namespace tcgate
