// Random reads, writes, outcomes and time, against a model that keeps a list of
// everything that happened and looks through it. What the model allows is what
// must come, to the flight: so nothing stale is served, and nothing is lost
// that could have been served.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/replies/replies_fixture.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kTtl{10};
constexpr seconds kWhileRevalidated{20};
constexpr seconds kIfError{30};
constexpr seconds kAbsent{4};

using Key = std::tuple<std::size_t, std::size_t, std::string>;

// Whether a write may change what a read gives.
bool Touches(const Action& write, const Action& read) {
  if (write.product->code != read.product->code) return false;
  if (write.writes.empty() || read.reads.empty()) return true;
  return std::any_of(
      write.writes.begin(), write.writes.end(), [&](const std::string& tag) {
        return std::count(read.reads.begin(), read.reads.end(), tag) > 0;
      });
}

// Something that may have changed what reads give: a write was sent, or ended.
struct Change {
  int at;  // In the order of everything that happens.
  const Account* account;
  const Action* write;
  MonoTime barred_until;
};

struct Begun {
  Key key;
  const Account* account;
  const Action* action;
  int at;
  MonoTime started;
  std::optional<Lead> lead;
  std::string name;
};

struct Stored {
  std::string name;
  bool absent;
  int flight;  // `Begun::at`.
  MonoTime came;
};

class Model {
 public:
  bool Overtaken(const Account* account, const Action* read, int since) const {
    return std::any_of(changes.begin(), changes.end(), [&](const Change& c) {
      return c.at > since && c.account == account && Touches(*c.write, *read);
    });
  }
  bool Barred(const Begun& flight) const {
    return std::any_of(changes.begin(), changes.end(), [&](const Change& c) {
      return c.account == flight.account && Touches(*c.write, *flight.action) &&
             flight.started < c.barred_until;
    });
  }

  // What the store has for this read, as of now, if anything.
  std::string Find(const ReplyRequest& request, const Key& key,
                   MonoTime now) const {
    const auto at = stored.find(key);
    if (request.control.no_cache || at == stored.end()) return "none";
    const Stored& entry = at->second;
    if (Overtaken(request.account, request.action, entry.flight)) return "none";
    const auto age = now - entry.came;
    if (!request.control.Takes(age)) return "none";
    if (age < (entry.absent ? seconds(kAbsent) : kTtl)) {
      return "hit " + entry.name;
    }
    if (!entry.absent && age < kTtl + kWhileRevalidated) {
      return "stale " + entry.name;
    }
    return "none";
  }

  // What stands in for a failure, or `none`.
  std::string OnError(const Begun& flight, MonoTime now) const {
    const auto at = stored.find(flight.key);
    if (at == stored.end()) return "none";
    const Stored& entry = at->second;
    if (Overtaken(flight.account, flight.action, entry.flight)) return "none";
    const auto age = now - entry.came;
    const auto most = entry.absent ? seconds(kAbsent) : kTtl + kIfError;
    return age < most ? entry.name : "none";
  }

  void Finish(const Begun& flight, bool absent, MonoTime now) {
    // One that began later has answered already.
    if (answered[flight.key] > flight.at) return;
    answered[flight.key] = flight.at;
    stored.erase(flight.key);
    if (Overtaken(flight.account, flight.action, flight.at) || Barred(flight)) {
      return;
    }
    stored[flight.key] = {flight.name, absent, flight.at, now};
  }

  std::vector<Change> changes;
  std::map<Key, Stored> stored;
  std::map<Key, int> answered;  // The latest flight that did.
};

class RepliesPropertyTest : public RepliesTest {
 protected:
  explicit RepliesPropertyTest() {
    limits_.bytes = std::size_t{64} << 20;
    limits_.stale_while_revalidate = kWhileRevalidated;
    limits_.stale_if_error = kIfError;
    limits_.not_found_ttl = kAbsent;
    for (Action& action : demo_.actions) {
      (action.effect == Effect::kRead ? reads_ : writes_).push_back(&action);
    }
  }

  void Run(std::uint32_t seed);

  int Draw(int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random_);
  }

 private:
  std::string NameOf(const Answer& answer) const {
    if (answer.wire != nullptr) return *answer.wire;
    return answer.outcome.message;  // Of an absence.
  }

  void Read();
  void FinishOne();
  void WriteOne();

  std::vector<const Action*> reads_, writes_;
  std::mt19937 random_;
  Model model_;
  int now_ = 0;
  std::vector<Begun> flights_;
  struct Out {
    const Account* account;
    const Action* write;
  };
  std::vector<Out> out_;  // Writes that were sent and have not ended.

 protected:
  int hits_ = 0;
  int joins_ = 0;
  int stand_ins_ = 0;
};

void RepliesPropertyTest::Read() {
  static const std::string kBodies[] = {"{}", R"({"A":1})"};
  const Action& action =
      *reads_[static_cast<std::size_t>(Draw(static_cast<int>(reads_.size())))];
  const Account& account = demo_.accounts[Draw(2)];
  const std::string& body = kBodies[Draw(2)];
  ReplyRequest request = RepliesTest::Read(action, body);
  request.account = &account;
  request.deadline = clock_.MonoNow() + seconds(40);
  switch (Draw(6)) {
    case 0:
      request.control.no_cache = true;
      break;
    case 1:
      request.control.max_age = seconds(Draw(15));
      break;
    default:
      break;
  }
  const Key key{account.index, action.index, body};
  const MonoTime now = clock_.MonoNow();
  const std::string expected = model_.Find(request, key, now);
  const auto found = replies_->Find(request);
  ASSERT_EQ(found.has_value()
                ? absl::StrCat(found->cache, " ", NameOf(*found->answer))
                : "none",
            expected);

  auto way = replies_->Get(request);
  if (auto* hit = std::get_if<Replies::Hit>(&way)) {
    ASSERT_EQ(absl::StrCat(hit->cache, " ", NameOf(*hit->answer)), expected);
    ++hits_;
    return;
  }
  ASSERT_EQ(expected, "none");
  // The last that began for this key, if it is still worth waiting for.
  const Begun* last = nullptr;
  for (const Begun& flight : flights_) {
    if (flight.key == key) last = &flight;
  }
  const bool joins = !request.control.no_cache && last != nullptr &&
                     last->lead.has_value() && last->lead->flight->open() &&
                     !model_.Overtaken(&account, &action, last->at);
  if (auto* join = std::get_if<Join>(&way)) {
    ASSERT_TRUE(joins);
    ASSERT_EQ(join->flight, last->lead->flight);
    ++joins_;
    return;
  }
  ASSERT_FALSE(joins);
  flights_.push_back(
      {key, &account, &action, now_, now, std::get<Lead>(std::move(way)),
       absl::StrCat(account.name, " ", action.index, " ", body, " ", now_)});
}

void RepliesPropertyTest::FinishOne() {
  std::vector<Begun*> open;
  for (Begun& flight : flights_) {
    if (flight.lead.has_value()) open.push_back(&flight);
  }
  if (open.empty()) return;
  Begun& flight =
      *open[static_cast<std::size_t>(Draw(static_cast<int>(open.size())))];
  Lead lead = *std::move(flight.lead);
  flight.lead.reset();
  const MonoTime now = clock_.MonoNow();
  switch (Draw(4)) {
    case 0: {
      const std::string expected = model_.OnError(flight, now);
      lead.ticket.Finish(Fails(absl::StatusCode::kUnavailable));
      const Answer& answer = lead.flight->answer();
      const bool failed = answer.outcome.code == absl::StatusCode::kUnavailable;
      ASSERT_EQ(failed ? "none" : NameOf(answer), expected);
      stand_ins_ += failed ? 0 : 1;
      break;
    }
    case 1: {
      Answer absent = NotThere();
      absent.outcome.message = flight.name;
      model_.Finish(flight, true, now);
      lead.ticket.Finish(absent);
      break;
    }
    default:
      model_.Finish(flight, false, now);
      lead.ticket.Finish(Says(flight.name));
      break;
  }
}

void RepliesPropertyTest::WriteOne() {
  if (!out_.empty() && Draw(2) == 0) {
    const auto at = out_.begin() + Draw(static_cast<int>(out_.size()));
    Outcome outcome;
    outcome.ran = static_cast<Ran>(Draw(3));
    if (outcome.ran != Ran::kYes) outcome.code = absl::StatusCode::kUnknown;
    const seconds barred[] = {seconds(0), seconds(60), seconds(1)};
    const MonoTime now = clock_.MonoNow();
    model_.changes.push_back(
        {now_, at->account, at->write,
         outcome.ran == Ran::kNo
             ? MonoTime::min()
             : now + barred[static_cast<int>(outcome.ran)]});
    replies_->generations().Ended(*at->account, *at->write, outcome, now);
    out_.erase(at);
    return;
  }
  const Account& account = demo_.accounts[Draw(2)];
  const Action& write = *writes_[static_cast<std::size_t>(
      Draw(static_cast<int>(writes_.size())))];
  model_.changes.push_back({now_, &account, &write, MonoTime::min()});
  replies_->generations().Sent(account, write);
  out_.push_back({&account, &write});
}

void RepliesPropertyTest::Run(std::uint32_t seed) {
  random_.seed(seed);
  model_ = {};
  flights_.clear();
  out_.clear();
  Build();
  // Some runs write much, some hardly.
  const int writes = 1 + Draw(10);
  for (now_ = 1; now_ <= 300 && !HasFatalFailure(); ++now_) {
    const int what = Draw(100);
    if (what < writes) {
      WriteOne();
    } else if (what < 60) {
      Read();
    } else if (what < 90) {
      FinishOne();
    } else {
      clock_.Advance(Draw(8) == 0 ? milliseconds(Draw(70'000))
                                  : milliseconds(Draw(3000)));
    }
  }
  flights_.clear();  // Before what they are of.
}

TEST_F(RepliesPropertyTest, WhatIsServedIsWhatTheModelAllows) {
  constexpr std::uint32_t kSeeds = 1000;
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Run(seed);
    if (HasFatalFailure()) return;
  }
  // It did see what it is about.
  EXPECT_GT(hits_, 10'000);
  EXPECT_GT(joins_, 1000);
  EXPECT_GT(stand_ins_, 100);
}

}  // namespace
}  // namespace tcgate
