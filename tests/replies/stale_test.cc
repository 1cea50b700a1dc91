// Replies that are past their time: served while one call asks for a new one,
// or where the vendor cannot be asked.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "tests/replies/replies_fixture.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class StaleTest : public RepliesTest {
 protected:
  // Stored 10 s ago, so stale since now.
  void FillStale() {
    Build();
    Fill(Read(), "x");
    clock_.Advance(seconds(10));
  }

  bool AsksForRefresh(const ReplyRequest& request) {
    const auto hit = replies_->Find(request);
    EXPECT_TRUE(hit.has_value());
    return hit.has_value() && hit->refresh;
  }
};

TEST_F(StaleTest, NothingStaleIsServedUnlessConfigured) {
  FillStale();
  EXPECT_EQ(Find(Read()), "none");
  Fill(Read(), "x");
  clock_.Advance(seconds(10));
  Lead lead = LeadOf(Read());
  lead.ticket.Finish(Fails(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(lead.flight->answer().outcome.ok());
}

TEST_F(StaleTest, IsServedWhileRevalidatedUntilTheWindowEnds) {
  limits_.stale_while_revalidate = seconds(5);
  FillStale();
  EXPECT_EQ(Find(Read()), "stale x");
  clock_.Advance(seconds(5) - milliseconds(1));
  EXPECT_EQ(Find(Read()), "stale x");
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(Find(Read()), "none");
  EXPECT_TRUE(Shows("tcgate_cache_entries 0"));
}

TEST_F(StaleTest, OneCallerIsAskedToRefreshUntilThatEnds) {
  limits_.stale_while_revalidate = seconds(60);
  FillStale();
  EXPECT_TRUE(AsksForRefresh(Read()));
  EXPECT_FALSE(AsksForRefresh(Read()));
  std::optional<Lead> refresh = replies_->Refresh(Read());
  ASSERT_TRUE(refresh.has_value());
  EXPECT_FALSE(replies_->Refresh(Read()).has_value());
  clock_.Advance(seconds(20));
  EXPECT_FALSE(AsksForRefresh(Read()));  // However long it takes.
  refresh->ticket.Finish(Says("y"));
  EXPECT_EQ(Find(Read()), "hit y");
  EXPECT_FALSE(AsksForRefresh(Read()));
}

TEST_F(StaleTest, ARefreshThatFailsIsTriedAgainASecondLater) {
  limits_.stale_while_revalidate = seconds(60);
  FillStale();
  EXPECT_TRUE(AsksForRefresh(Read()));
  std::optional<Lead> refresh = replies_->Refresh(Read());
  refresh->ticket.Finish(Fails(absl::StatusCode::kUnavailable));
  clock_.Advance(milliseconds(999));
  EXPECT_FALSE(AsksForRefresh(Read()));
  clock_.Advance(milliseconds(1));
  EXPECT_TRUE(AsksForRefresh(Read()));
  EXPECT_TRUE(replies_->Refresh(Read()).has_value());
}

TEST_F(StaleTest, ARefreshThatNeverBeginsIsAskedForAgain) {
  limits_.stale_while_revalidate = seconds(60);
  FillStale();
  EXPECT_TRUE(AsksForRefresh(Read()));
  clock_.Advance(milliseconds(999));
  EXPECT_FALSE(AsksForRefresh(Read()));
  clock_.Advance(milliseconds(1));
  EXPECT_TRUE(AsksForRefresh(Read()));
}

TEST_F(StaleTest, NobodyRefreshesWhatIsFreshOrNotThereOrOnItsWay) {
  limits_.stale_while_revalidate = seconds(60);
  Build();
  EXPECT_FALSE(replies_->Refresh(Read()).has_value());
  Fill(Read(), "x");
  EXPECT_FALSE(replies_->Refresh(Read()).has_value());
  clock_.Advance(seconds(10));
  const Lead lead = LeadOf(MaxAge(1));
  EXPECT_FALSE(replies_->Refresh(Read()).has_value());
}

TEST_F(StaleTest, ARefreshIsJoinedAndGoesOnWhenLeft) {
  limits_.stale_while_revalidate = seconds(60);
  FillStale();
  std::optional<Lead> refresh = replies_->Refresh(Read());
  EXPECT_EQ(JoinOf(MaxAge(1)), refresh->flight);
  Cancellation cancel;
  struct Leaver {
    static Detached Run(std::shared_ptr<Flight> flight, MonoTime until,
                        Cancellation& cancel, bool& left) {
      Task<bool> wait = flight->Wait(until, cancel);
      left = !(co_await wait);
    }
  };
  bool left = false;
  Leaver::Run(refresh->flight, clock_.MonoNow() + seconds(5), cancel, left);
  cancel.Request();
  EXPECT_TRUE(left);
  EXPECT_FALSE(refresh->flight->cancellation().requested());
}

TEST_F(StaleTest, OnlyIfCachedTakesWhatIsStaleAndRefreshesNothing) {
  limits_.stale_while_revalidate = seconds(60);
  FillStale();
  ReplyRequest request = Read();
  request.control.only_if_cached = true;
  EXPECT_FALSE(AsksForRefresh(request));
  EXPECT_EQ(Find(request), "stale x");
  EXPECT_TRUE(AsksForRefresh(Read()));
}

TEST_F(StaleTest, ATransientFailureIsAnsweredByWhatIsStale) {
  const struct {
    absl::StatusCode code;
    bool transient;
  } kRows[] = {
      {absl::StatusCode::kUnavailable, true},
      {absl::StatusCode::kDeadlineExceeded, true},
      {absl::StatusCode::kResourceExhausted, true},
      {absl::StatusCode::kInternal, false},
      {absl::StatusCode::kPermissionDenied, false},
      {absl::StatusCode::kNotFound, false},
      {absl::StatusCode::kCancelled, false},
  };
  limits_.stale_if_error = seconds(5);
  for (const auto& row : kRows) {
    SCOPED_TRACE(CodeName(row.code));
    FillStale();
    EXPECT_EQ(Find(Read()), "none");  // Not before the vendor was asked.
    Lead lead = LeadOf(Read());
    clock_.Advance(milliseconds(1500));
    lead.ticket.Finish(Fails(row.code));
    const Answer& answer = lead.flight->answer();
    EXPECT_EQ(answer.outcome.ok(), row.transient);
    if (!row.transient) continue;
    EXPECT_EQ(*answer.wire, "x");
    EXPECT_STREQ(answer.cache, "stale");
    EXPECT_EQ(answer.age, seconds(11));
    EXPECT_EQ(answer.attempts, 3);  // They were made.
  }
}

TEST_F(StaleTest, TheWindowForErrorsEnds) {
  limits_.stale_if_error = seconds(5);
  FillStale();
  clock_.Advance(seconds(5) - milliseconds(1));
  Lead lead = LeadOf(Read());
  lead.ticket.Finish(Fails(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(lead.flight->answer().outcome.ok());
  Lead late = LeadOf(Read());
  clock_.Advance(milliseconds(1));
  late.ticket.Finish(Fails(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(late.flight->answer().outcome.ok());
}

TEST_F(StaleTest, NothingOfAnOlderGenerationIsServedEvenOnError) {
  limits_.stale_while_revalidate = seconds(60);
  limits_.stale_if_error = seconds(60);
  FillStale();
  Lead before = LeadOf(MaxAge(1));
  Write(demo_.write_a);
  before.ticket.Finish(Fails(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(before.flight->answer().outcome.ok());
  Lead after = LeadOf(Read());
  after.ticket.Finish(Fails(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(after.flight->answer().outcome.ok());
}

TEST_F(StaleTest, OfOneFlightEachCallerGetsWhatItTakes) {
  limits_.stale_if_error = seconds(60);
  FillStale();
  Lead lead = LeadOf(Read());
  const std::shared_ptr<Flight> flight = JoinOf(MaxAge(20));
  EXPECT_EQ(JoinOf(MaxAge(5)), flight);
  lead.ticket.Finish(Fails(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(flight->answer(Read().control).outcome.ok());
  EXPECT_TRUE(flight->answer(MaxAge(20).control).outcome.ok());
  EXPECT_FALSE(flight->answer(MaxAge(5).control).outcome.ok());
  EXPECT_FALSE(flight->answer(NoCache().control).outcome.ok());
}

TEST_F(StaleTest, AbsenceHasNoWindows) {
  limits_.not_found_ttl = seconds(2);
  limits_.stale_while_revalidate = seconds(60);
  limits_.stale_if_error = seconds(60);
  Build();
  Fill(Read(), NotThere());
  clock_.Advance(seconds(2));
  EXPECT_EQ(Find(Read()), "none");
  Lead lead = LeadOf(Read());
  lead.ticket.Finish(Fails(absl::StatusCode::kUnavailable));
  EXPECT_EQ(lead.flight->answer().outcome.code, absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace tcgate
