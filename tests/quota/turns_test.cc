#include "service/quota/turns.h"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <list>
#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr MonoTime kNow{hours(1)};
constexpr MonoTime kFar = kNow + hours(1);
constexpr std::size_t kAny = 1'000'000;

struct NamedWaiter : Turns::Waiter {
  std::string name;
};

class TurnsTest : public testing::Test {
 protected:
  // Calls of `caller`, named `caller` and a number.
  void Join(const std::string& caller, int weight = 1, int calls = 1,
            MonoTime deadline = kFar) {
    for (int i = 0; i < calls; ++i) {
      NamedWaiter& waiter = waiters_.emplace_back();
      waiter.name = absl::StrCat(caller, ++joined_[caller]);
      waiter.deadline = deadline;
      turns_.Join(waiter, caller, weight, kNow);
    }
  }

  std::string Take() {
    std::string name = static_cast<NamedWaiter&>(turns_.First()).name;
    turns_.TakeFirst();
    return name;
  }

  // The next `slots` turns, such as `a1 b1 a2`.
  std::string Order(int slots) {
    std::string order = Take();
    for (int i = 1; i < slots; ++i) absl::StrAppend(&order, " ", Take());
    return order;
  }

  // How many of the next `slots` go to callers by their first letter.
  std::map<char, int> Count(int slots) {
    std::map<char, int> counts;
    for (int i = 0; i < slots; ++i) ++counts[Take()[0]];
    return counts;
  }

  NamedWaiter& Waiter(const std::string& name) {
    for (NamedWaiter& waiter : waiters_) {
      if (waiter.name == name) return waiter;
    }
    ADD_FAILURE() << name;
    return waiters_.front();
  }

  Turns turns_{seconds(2)};
  std::deque<NamedWaiter> waiters_;
  std::map<std::string, int> joined_;
};

TEST_F(TurnsTest, OneCallersCallsGoFirstInFirstOut) {
  Join("a", 1, 3);
  EXPECT_EQ(Order(3), "a1 a2 a3");
  EXPECT_EQ(turns_.waiting(), 0u);
}

TEST_F(TurnsTest, EqualCallersAlternate) {
  Join("a", 1, 3);
  Join("b", 1, 3);
  Join("c", 1, 3);
  EXPECT_EQ(Order(9), "a1 b1 c1 a2 b2 c2 a3 b3 c3");
}

TEST_F(TurnsTest, WeightsAreSharesAndInterleave) {
  Join("a", 3, 800);
  Join("b", 1, 800);
  for (int i = 0; i < 50; ++i) {
    const std::map<char, int> four = Count(4);
    EXPECT_EQ(four.at('a'), 3);
    EXPECT_EQ(four.at('b'), 1);
  }
}

TEST_F(TurnsTest, ANewLightCallerGoesNextBesideAHeavyBacklog) {
  Join("a", 1000, 500);
  Join("b", 1, 500);
  Count(100);
  EXPECT_LE(turns_.Before("c", 1, kNow, kAny), 2u);
  Join("c", 1, 1);
  EXPECT_EQ(Count(3).count('c'), 1u);
}

TEST_F(TurnsTest, LeavingCostsNothing) {
  Join("a", 1, 4);
  Join("b", 1, 4);
  for (const char* name : {"a1", "a3"}) turns_.Leave(Waiter(name));
  EXPECT_EQ(Order(4), "a2 b1 a4 b2");
}

TEST_F(TurnsTest, ComingAndLeavingDoesNotGiveASecondTurn) {
  Join("a", 1, 1);
  Join("b", 1, 4);
  EXPECT_EQ(Take(), "a1");
  for (int i = 0; i < 5; ++i) {
    Join("a");
    turns_.Leave(waiters_.back());
  }
  Join("a");
  EXPECT_EQ(Order(3), "b1 a7 b2");
}

TEST_F(TurnsTest, IdlingEarnsNothing) {
  Join("a", 1, 1);
  Join("b", 1, 100);
  Count(60);
  Join("a", 1, 40);
  EXPECT_NEAR(Count(20).at('a'), 10, 1);
}

TEST_F(TurnsTest, CallersThatComeOnceEachDoNotStarveOneThatWaits) {
  Join("a", 1, 100);
  Join("n0");  // There is always one of these.
  int of_a = 0;
  for (int i = 1; i <= 100; ++i) {
    if (Take()[0] == 'a') {
      ++of_a;
    } else {
      Join(absl::StrCat("n", i));
    }
  }
  EXPECT_GE(of_a, 30);
}

TEST_F(TurnsTest, IdleCallersAreForgotten) {
  for (int i = 0; i < 100'000; ++i) {
    Join(absl::StrCat("caller ", i));
    if (turns_.waiting() > 10) Take();
    ASSERT_LE(turns_.lines(), 60u);
  }
}

TEST_F(TurnsTest, ASlotWithoutAWaitIsOnesTurnToo) {
  Join("a", 1, 2);
  Take();
  Take();
  turns_.Pass("a", 1);
  Join("a", 1, 2);
  Join("b", 1, 2);
  EXPECT_EQ(Order(4), "b1 a3 b2 a4");
}

// Where nobody comes or leaves, the prediction is what happens.
TEST_F(TurnsTest, ANewCallsPlaceIsForetold) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 3000; ++round) {
    const int callers = 1 + static_cast<int>(random() % 6);
    for (int i = 0; i < callers; ++i) {
      const int weight =
          random() % 2 == 0 ? 1 : 1 + static_cast<int>(random() % 9);
      Join(std::string(1, static_cast<char>('a' + i)), weight,
           static_cast<int>(random() % 5));
    }
    while (turns_.waiting() > 0 && random() % 4 != 0) Take();
    const std::string caller(1, static_cast<char>('a' + random() % 7));
    const int weight = 1 + static_cast<int>(random() % 9);
    const std::size_t before = turns_.Before(caller, weight, kNow, kAny);
    Join(caller, weight);
    const std::string name = waiters_.back().name;
    std::size_t took = 0;
    while (Take() != name) ++took;
    EXPECT_EQ(took, before) << "round " << round;
    while (turns_.waiting() > 0) Take();
    waiters_.clear();
  }
}

TEST_F(TurnsTest, ACallerThatPressesCountsWithItsWholeShare) {
  Join("a", 1, 2);
  Join("b", 1, 5);
  EXPECT_EQ(turns_.Before("b", 1, kNow, kAny), 7u);
  turns_.Refused("a", kNow);
  EXPECT_EQ(turns_.Before("b", 1, kNow + milliseconds(1999), kAny), 11u);
  EXPECT_EQ(turns_.Before("b", 1, kNow + milliseconds(2000), kAny), 7u);
}

TEST_F(TurnsTest, AForecastHoldsUntilSomebodyLeaves) {
  Join("a", 1, 5);
  Join("b", 1, 5);
  EXPECT_EQ(turns_.Before("b", 1, kNow, kAny), 10u);
  EXPECT_GT(turns_.Before("b", 1, kNow, 3), 3u);
  turns_.Leave(Waiter("a5"));
  turns_.Leave(Waiter("b5"));
  EXPECT_EQ(turns_.Before("b", 1, kNow, 3), 8u);
}

TEST_F(TurnsTest, JoiningTellsWhetherItPushes) {
  NamedWaiter a1, a2, b1;
  EXPECT_FALSE(turns_.Join(a1, "a", 1, kNow));
  EXPECT_FALSE(turns_.Join(a2, "a", 1, kNow));
  EXPECT_TRUE(turns_.Join(b1, "b", 1, kNow));
  for (NamedWaiter* waiter : {&a1, &a2, &b1}) turns_.Leave(*waiter);
}

TEST_F(TurnsTest, WhoseTurnWouldComeTooLateIsTakenOut) {
  // Slots at 0, 10, 20 .. ms; an answer takes 5.
  const auto at = [](int ms) { return kNow + milliseconds(ms); };
  Join("a", 1, 1, at(4));  // Too late at once; a2 goes in its place.
  Join("a", 1, 1, at(5));
  Join("a", 1, 1, at(24));  // Its slot would be the third, at 20.
  Join("a", 1, 1, at(25));
  Join("b", 1, 1, at(14));
  Join("b", 1, 1, at(15));
  std::list<Turns::Waiter*> lost;
  turns_.TakeLost(kNow, milliseconds(10), milliseconds(5), lost);
  std::string names;
  for (Turns::Waiter* waiter : lost) {
    EXPECT_EQ(waiter->line, nullptr);
    absl::StrAppend(&names, static_cast<NamedWaiter*>(waiter)->name, " ");
  }
  EXPECT_EQ(names, "a1 b1 a3 ");
  EXPECT_EQ(Order(3), "a2 b2 a4");
}

TEST_F(TurnsTest, NobodyIsTakenOutWhoWouldBeInTime) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 500; ++round) {
    for (int i = 0; i < 40; ++i) {
      const std::string caller(1, static_cast<char>('a' + random() % 4));
      Join(caller, 1 + static_cast<int>(random() % 3), 1,
           kNow + milliseconds(random() % 500));
    }
    std::list<Turns::Waiter*> lost;
    turns_.TakeLost(kNow, milliseconds(10), nanoseconds(0), lost);
    EXPECT_EQ(lost.size() + turns_.waiting(), 40u);
    // Each that stays is in time now; a second look finds nobody else.
    std::list<Turns::Waiter*> more;
    turns_.TakeLost(kNow, milliseconds(10), nanoseconds(0), more);
    EXPECT_TRUE(more.empty());
    MonoTime slot = kNow;
    while (turns_.waiting() > 0) {
      EXPECT_LE(slot, turns_.First().deadline);
      turns_.TakeFirst();
      slot += milliseconds(10);
    }
    waiters_.clear();
  }
}

}  // namespace
}  // namespace tcgate
