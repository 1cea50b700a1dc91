#include "service/gateway/retry_budget.h"

#include <gtest/gtest.h>

namespace tcgate {
namespace {

int SpendAll(RetryBudget& budget) {
  int repeats = 0;
  for (; budget.Affords(); ++repeats) budget.Spend();
  return repeats;
}

TEST(RetryBudget, IsFullAtFirst) {
  RetryBudget budget;
  EXPECT_EQ(budget.tokens(), 40);
  EXPECT_EQ(SpendAll(budget), 40);
  EXPECT_EQ(budget.tokens(), 0);
}

TEST(RetryBudget, ASuccessEarnsSixTenths) {
  RetryBudget budget;
  SpendAll(budget);
  budget.Earn();
  EXPECT_FALSE(budget.Affords());
  budget.Earn();
  EXPECT_EQ(SpendAll(budget), 1);
  EXPECT_EQ(budget.tokens(), 0.2);
}

TEST(RetryBudget, SavesNoMoreThanForty) {
  RetryBudget budget;
  for (int i = 0; i < 1000; ++i) budget.Earn();
  EXPECT_EQ(SpendAll(budget), 40);
}

TEST(RetryBudget, PaysForFaultsOfAThirdForEver) {
  RetryBudget budget;
  for (int i = 0; i < 100'000; ++i) {
    budget.Earn();
    budget.Earn();
    ASSERT_TRUE(budget.Affords());
    budget.Spend();
  }
}

}  // namespace
}  // namespace tcgate
