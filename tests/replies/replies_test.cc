#include "service/replies/replies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/replies/replies_fixture.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(RepliesTest, AReplyIsServedAgainUntilItsTimeIsUp) {
  EXPECT_EQ(Find(Read()), "none");
  Fill(Read(), "x");
  EXPECT_EQ(Find(Read()), "hit x");
  clock_.Advance(seconds(10) - milliseconds(1));
  EXPECT_EQ(Find(Read()), "hit x");
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(Find(Read()), "none");
}

TEST_F(RepliesTest, AHitIsWhatFilledItAndSaysItsAge) {
  Fill(Read(), "x");
  clock_.Advance(milliseconds(2999));
  const auto hit = replies_->Find(Read());
  ASSERT_TRUE(hit.has_value());
  EXPECT_EQ(hit->age, seconds(2));
  EXPECT_FALSE(hit->refresh);
  EXPECT_EQ(hit->answer->outcome.request_id,
            "11111111-2222-3333-4444-555555555555");
  // The very same bytes.
  const auto again = replies_->Find(Read());
  EXPECT_EQ(hit->answer, again->answer);
  EXPECT_EQ(hit->answer->wire, again->answer->wire);
}

TEST_F(RepliesTest, RequestsThatDifferInAnythingShareNothing) {
  std::vector<ReplyRequest> others(7, Read());
  others[0].action = &demo_.read_b;
  others[1].action = &demo_.old_read_a;  // Another version.
  others[2].account = &demo_.two;
  others[3].region = "ap-singapore";
  others[4].language = "zh-CN";
  others[5].body = R"({"A":1})";
  // The same bytes, cut otherwise.
  others[6].region = "ap-guangzhoue";
  others[6].language = "n-US";
  const Lead lead = LeadOf(Read());
  for (std::size_t i = 0; i < others.size(); ++i) {
    SCOPED_TRACE(i);
    Fill(others[i], "other");  // Leads: does not join.
    EXPECT_EQ(Find(Read()), "none");
  }
  EXPECT_EQ(JoinOf(Read()), lead.flight);
}

TEST_F(RepliesTest, EqualReadsJoinOneFlightWhileItLasts) {
  Lead lead = LeadOf(Read());
  const std::shared_ptr<Flight> first = JoinOf(Read());
  EXPECT_EQ(JoinOf(Read()), first);
  EXPECT_TRUE(Shows("tcgate_flights 1"));
  EXPECT_TRUE(Shows("tcgate_flight_joins_total 2"));
  lead.ticket.Finish(Says("x"));
  EXPECT_EQ(*first->answer().wire, "x");
  EXPECT_STREQ(first->answer().cache, "miss");
  EXPECT_TRUE(std::holds_alternative<Replies::Hit>(replies_->Get(Read())));
  EXPECT_TRUE(Shows("tcgate_flights 0"));
  EXPECT_TRUE(Shows("tcgate_cache_entries 1"));
}

TEST_F(RepliesTest, AFailureIsSharedAndNotKept) {
  Lead lead = LeadOf(Read());
  const std::shared_ptr<Flight> joined = JoinOf(Read());
  lead.ticket.Finish(Fails(absl::StatusCode::kUnavailable));
  EXPECT_EQ(joined->answer().outcome.code, absl::StatusCode::kUnavailable);
  EXPECT_EQ(Find(Read()), "none");
  Fill(Read(), "x");
}

TEST_F(RepliesTest, ATicketThatGoesUnusedLetsTheNextOneLead) {
  {
    const Lead lead = LeadOf(Read());
  }
  EXPECT_TRUE(Shows("tcgate_flights 0"));
  Fill(Read(), "x");
  EXPECT_EQ(Find(Read()), "hit x");
}

TEST_F(RepliesTest, AFlightThatNobodyWantsAnyMoreIsNotJoined) {
  Lead lead = LeadOf(Read());
  lead.flight->cancellation().Request();
  Lead next = LeadOf(Read());
  EXPECT_NE(next.flight, lead.flight);
  // The end of the first does not end the second's place.
  lead.ticket.Finish(Fails(absl::StatusCode::kCancelled));
  EXPECT_EQ(JoinOf(Read()), next.flight);
}

TEST_F(RepliesTest, AFlightPastItsDeadlineIsNotJoined) {
  const Lead lead = LeadOf(Read());
  clock_.Advance(seconds(30));
  const Lead next = LeadOf(Read());
  EXPECT_NE(next.flight, lead.flight);
}

TEST_F(RepliesTest, WhatHasNoTtlIsJoinedAndNeverStored) {
  limits_.ttl[demo_.read_a.index] = milliseconds(0);
  limits_.not_found_ttl = seconds(5);
  Build();
  for (const Answer& answer : {Says("x"), NotThere()}) {
    Lead lead = LeadOf(Read());
    const std::shared_ptr<Flight> joined = JoinOf(Read());
    lead.ticket.Finish(answer);
    EXPECT_STREQ(joined->answer().cache, "off");
    EXPECT_EQ(Find(Read()), "none");
  }
  EXPECT_TRUE(Shows("tcgate_cache_entries 0"));
}

TEST_F(RepliesTest, ActionsWithoutATtlInTheTableHaveNone) {
  limits_.ttl.clear();
  Build();
  Fill(Read(), "x");
  EXPECT_EQ(Find(Read()), "none");
}

TEST_F(RepliesTest, SensitiveRepliesAreJoinedAndNeverStored) {
  demo_.actions[demo_.read_a.index].sensitive = true;
  Lead lead = LeadOf(Read());
  EXPECT_EQ(JoinOf(Read()), lead.flight);
  lead.ticket.Finish(Says("secret"));
  EXPECT_EQ(Find(Read()), "none");
}

TEST_F(RepliesTest, WithoutBytesNothingIsKept) {
  limits_.bytes = 0;
  Build();
  Lead lead = LeadOf(Read());
  EXPECT_EQ(JoinOf(Read()), lead.flight);
  lead.ticket.Finish(Says("x"));
  EXPECT_EQ(Find(Read()), "none");
}

TEST_F(RepliesTest, NoCacheSkipsStoreAndOlderFlightsAndStores) {
  Fill(Read(), "old");
  const Lead ordinary = LeadOf(MaxAge(0));
  EXPECT_FALSE(replies_->Find(NoCache()).has_value());
  Lead fresh = LeadOf(NoCache());
  EXPECT_NE(fresh.flight, ordinary.flight);
  // Later callers that want a flight join the newer one.
  EXPECT_EQ(JoinOf(MaxAge(0)), fresh.flight);
  fresh.ticket.Finish(Says("new"));
  EXPECT_STREQ(fresh.flight->answer().cache, "bypass");
  EXPECT_EQ(Find(Read()), "hit new");
}

TEST_F(RepliesTest, WhatWasAskedForEarlierDoesNotReplaceWhatCameLater) {
  Lead older = LeadOf(Read());
  Lead newer = LeadOf(NoCache());
  newer.ticket.Finish(Says("new"));
  older.ticket.Finish(Says("old"));
  EXPECT_EQ(*older.flight->answer().wire, "old");
  EXPECT_EQ(Find(Read()), "hit new");
}

TEST_F(RepliesTest, AnEarlierFlightStoresNothingWhereALaterOneHasAnswered) {
  // Also where what the later one brought has gone, or was never kept.
  limits_.not_found_ttl = seconds(2);
  Build();
  for (const Answer& later : {NotThere(), Says(std::string(1 << 20, 'x'))}) {
    Lead older = LeadOf(Read());
    Fill(NoCache(), later);
    clock_.Advance(seconds(2));
    EXPECT_EQ(Find(Read()), "none");
    older.ticket.Finish(Says("old"));
    EXPECT_EQ(Find(Read()), "none");
  }
  // Where the later one has failed, the earlier one's reply is the latest.
  Lead older = LeadOf(Read());
  Fill(NoCache(), Fails(absl::StatusCode::kUnavailable));
  older.ticket.Finish(Says("old"));
  EXPECT_EQ(Find(Read()), "hit old");
}

TEST_F(RepliesTest, WhatCameLaterReplacesEvenWhereItIsNotKept) {
  Fill(Read(), "old");
  Fill(NoCache(), std::string(1 << 20, 'x'));  // Too large to keep.
  EXPECT_EQ(Find(Read()), "none");
  Fill(Read(), "old");
  Fill(NoCache(), NotThere());
  EXPECT_EQ(Find(Read()), "none");
  // A failure says nothing of what is stored.
  Fill(Read(), "old");
  Fill(NoCache(), Fails(absl::StatusCode::kUnavailable));
  EXPECT_EQ(Find(Read()), "hit old");
}

TEST_F(RepliesTest, MaxAgeTakesNothingOlder) {
  Fill(Read(), "x");
  EXPECT_EQ(Find(MaxAge(0)), "none");
  clock_.Advance(seconds(3));
  EXPECT_EQ(Find(MaxAge(3)), "hit x");
  EXPECT_EQ(Find(MaxAge(2)), "none");
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(Find(MaxAge(3)), "none");
  EXPECT_EQ(Find(Read()), "hit x");  // Still there for the others.
  Fill(MaxAge(2), "y");
  EXPECT_EQ(Find(Read()), "hit y");
}

TEST_F(RepliesTest, AbsenceIsKeptBrieflyIfTheVendorSaysSo) {
  limits_.not_found_ttl = seconds(2);
  Build();
  Fill(Read(), Fails(absl::StatusCode::kNotFound));  // Not the vendor.
  EXPECT_EQ(Find(Read()), "none");
  Fill(Read(), NotThere());
  clock_.Advance(milliseconds(1999));
  EXPECT_EQ(Find(Read()), "hit NOT_FOUND");
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(Find(Read()), "none");
  // Never longer than a reply.
  limits_.not_found_ttl = seconds(60);
  Build();
  Fill(Read(), NotThere());
  clock_.Advance(seconds(10));
  EXPECT_EQ(Find(Read()), "none");
}

TEST_F(RepliesTest, AWriteEndsWhatItTouches) {
  Fill(Read(), "a");
  Fill(Read(demo_.read_b), "b");
  Sent(demo_.write_a);
  EXPECT_EQ(Find(Read()), "none");
  EXPECT_EQ(Find(Read(demo_.read_b)), "hit b");
  // Asked for while the write was out: before or after it, nobody knows.
  Fill(Read(), "while");
  EXPECT_EQ(Find(Read()), "hit while");
  Ended(demo_.write_a, Ran::kYes);
  EXPECT_EQ(Find(Read()), "none");
  EXPECT_EQ(Find(Read(demo_.read_b)), "hit b");
}

TEST_F(RepliesTest, AReadAfterAWriteNeverJoinsAnOlderFlight) {
  Lead older = LeadOf(Read());
  Write(demo_.write_a);
  Lead newer = LeadOf(Read());
  EXPECT_NE(newer.flight, older.flight);
  // And the older one's reply is only for those who waited for it.
  older.ticket.Finish(Says("old"));
  EXPECT_EQ(*older.flight->answer().wire, "old");
  EXPECT_EQ(Find(Read()), "none");
  EXPECT_EQ(JoinOf(Read()), newer.flight);
}

TEST_F(RepliesTest, NothingIsStoredAfterAWriteForATime) {
  const struct {
    Ran ran;
    seconds barred;
  } kRows[] = {{Ran::kYes, seconds(1)},
               {Ran::kMaybe, seconds(60)},
               {Ran::kNo, seconds(0)}};
  for (const auto& row : kRows) {
    SCOPED_TRACE(static_cast<int>(row.ran));
    clock_.Advance(seconds(100));
    Write(demo_.write_a, row.ran);
    if (row.barred > seconds(0)) {
      clock_.Advance(row.barred - milliseconds(1));
      Lead lead = LeadOf(Read());
      clock_.Advance(milliseconds(1));  // It counts when the read started.
      EXPECT_EQ(JoinOf(Read()), lead.flight);
      lead.ticket.Finish(Says("too early"));
      EXPECT_EQ(Find(Read()), "none");
    }
    Fill(Read(), "x");
    EXPECT_EQ(Find(Read()), "hit x");
  }
}

TEST_F(RepliesTest, AWriteOfAnotherAccountChangesNothing) {
  Fill(Read(), "x");
  replies_->generations().Sent(demo_.two, demo_.write_all);
  EXPECT_EQ(Find(Read()), "hit x");
}

TEST_F(RepliesTest, WhatIsDeadLeavesWhenItIsLookedFor) {
  Fill(Read(), "x");
  Fill(Read(demo_.read_b), "y");
  EXPECT_TRUE(Shows("tcgate_cache_entries 2"));
  Write(demo_.write_a);
  EXPECT_EQ(Find(Read()), "none");
  EXPECT_TRUE(Shows("tcgate_cache_entries 1"));
  clock_.Advance(seconds(10));
  EXPECT_EQ(Find(Read(demo_.read_b)), "none");
  EXPECT_TRUE(Shows("tcgate_cache_entries 0"));
  EXPECT_TRUE(Shows("tcgate_cache_bytes 0"));
  EXPECT_TRUE(Shows("tcgate_cache_evictions_total 0"));
}

}  // namespace
}  // namespace tcgate
