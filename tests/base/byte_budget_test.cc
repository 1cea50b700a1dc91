#include "service/base/byte_budget.h"

#include <gtest/gtest.h>

#include <thread>
#include <utility>
#include <vector>

namespace tcgate {
namespace {

TEST(ByteBudgetTest, GivesUpToItsBoundAndNotAByteMore) {
  ByteBudget budget(100);
  EXPECT_TRUE(budget.TryTake(60));
  EXPECT_FALSE(budget.TryTake(41));
  EXPECT_EQ(budget.held(), 60u);
  EXPECT_TRUE(budget.TryTake(40));
  EXPECT_FALSE(budget.TryTake(1));
  budget.GiveBack(40);
  EXPECT_TRUE(budget.TryTake(40));
}

TEST(ByteBudgetTest, RefusesWhatIsMoreThanAllOfIt) {
  ByteBudget budget(100);
  EXPECT_FALSE(budget.TryTake(static_cast<std::size_t>(-1)));
  EXPECT_FALSE(budget.TryTake(101));
  EXPECT_EQ(budget.held(), 0u);
}

TEST(ByteHoldTest, GrowsShrinksAndGivesBackAtTheEnd) {
  ByteBudget budget(100);
  {
    ByteHold hold(&budget);
    EXPECT_TRUE(hold.GrowTo(30));
    EXPECT_TRUE(hold.GrowTo(10));  // It holds more already.
    EXPECT_EQ(hold.bytes(), 30u);
    EXPECT_FALSE(hold.GrowTo(101));
    EXPECT_EQ(budget.held(), 30u);
    hold.ShrinkTo(5);
    hold.ShrinkTo(20);
    EXPECT_EQ(budget.held(), 5u);
  }
  EXPECT_EQ(budget.held(), 0u);
}

TEST(ByteHoldTest, AMoveTakesWhatIsHeldAlong) {
  ByteBudget budget(100), other(100);
  ByteHold from(&budget), to(&other);
  ASSERT_TRUE(from.GrowTo(30));
  ASSERT_TRUE(to.GrowTo(20));
  to = std::move(from);
  EXPECT_EQ(other.held(), 0u);
  EXPECT_EQ(budget.held(), 30u);
  const ByteHold last(std::move(to));
  EXPECT_EQ(last.bytes(), 30u);
  EXPECT_EQ(budget.held(), 30u);
}

TEST(ByteHoldTest, IsUnboundedWithoutABudget) {
  ByteHold hold;
  EXPECT_TRUE(hold.GrowTo(std::size_t{1} << 40));
}

TEST(ByteBudgetTest, ThreadsNeverHoldMoreThanTheBoundTogether) {
  ByteBudget budget(10);
  std::atomic<int> inside{0}, most{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        ByteHold hold(&budget);
        if (!hold.GrowTo(4)) continue;
        const int now = ++inside;
        int seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most, 2);
  EXPECT_GE(most, 1);
  EXPECT_EQ(budget.held(), 0u);
}

}  // namespace
}  // namespace tcgate
