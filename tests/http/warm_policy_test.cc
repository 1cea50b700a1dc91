#include "service/http/warm_policy.h"

#include <gtest/gtest.h>

namespace tcgate {
namespace {

using std::chrono::milliseconds;

constexpr MonoTime kNow{std::chrono::hours(1)};

TEST(WarmPolicy, OpensWhatIsToBeReadyAtTheStart) {
  WarmPolicy policy(8, 100);
  EXPECT_EQ(policy.Wanted(kNow, 0, 0), 8);
}

TEST(WarmPolicy, ZeroIsOff) {
  WarmPolicy policy(0, 100);
  EXPECT_EQ(policy.Wanted(kNow, 0, 0), 0);
  EXPECT_EQ(policy.Wanted(kNow, 50, 0), 0);
}

TEST(WarmPolicy, OpensThemAgainWithTheFirstCallAfterTheyWent) {
  WarmPolicy policy(8, 100);
  policy.Wanted(kNow, 0, 0);
  EXPECT_EQ(policy.Wanted(kNow + std::chrono::hours(1), 1, 0), 9);
}

struct Load {
  int in_flight;
  int open;
  int wanted;
};

class WarmPolicyLoad : public testing::TestWithParam<Load> {};

TEST_P(WarmPolicyLoad, FollowsTheLoadOnceHalfOfWhatWasReadyIsUsed) {
  WarmPolicy policy(8, 100);
  const Load& load = GetParam();
  EXPECT_EQ(policy.Wanted(kNow, load.in_flight, load.open), load.wanted);
}

INSTANTIATE_TEST_SUITE_P(All, WarmPolicyLoad,
                         testing::Values(Load{0, 8, 0}, Load{4, 8, 0},
                                         Load{5, 8, 13}, Load{8, 8, 16},
                                         Load{95, 98, 100}, Load{95, 99, 0},
                                         Load{96, 100, 0}, Load{200, 100, 0}));

TEST(WarmPolicy, AsksAgainOnlyAfterATime) {
  WarmPolicy policy(8, 100);
  EXPECT_EQ(policy.Wanted(kNow, 1, 0), 9);
  const MonoTime then = kNow + WarmPolicy::kNotBefore;
  EXPECT_EQ(policy.Wanted(then - milliseconds(1), 1, 0), 0);
  EXPECT_EQ(policy.Wanted(then, 1, 0), 9);
}

}  // namespace
}  // namespace tcgate
