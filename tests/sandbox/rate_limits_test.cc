#include "service/sandbox/rate_limits.h"

#include <gtest/gtest.h>

#include <string>

#include "service/catalog/action.h"
#include "tests/support/fake_clock.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;

class RateLimitsTest : public testing::Test {
 protected:
  RateLimitsTest() { other_.index = 1; }

  // How many of `calls` are let through.
  int Let(const Action& action, int calls, const std::string& id = "AKID") {
    int let = 0;
    for (int i = 0; i < calls; ++i) {
      const auto error =
          limits_.Count(id, action, "RequestLimitExceeded", clock_.WallNow());
      if (!error.has_value()) ++let;
    }
    return let;
  }

  FakeClock clock_;  // Begins with a second.
  RateLimits limits_{true};
  Action action_;
  Action other_;
};

TEST_F(RateLimitsTest, TwentyInASecondAndNotOneMore) {
  EXPECT_EQ(Let(action_, 20), 20);
  EXPECT_EQ(Let(action_, 5), 0);
  clock_.Advance(milliseconds(999));
  EXPECT_EQ(Let(action_, 1), 0) << "the same second";
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(Let(action_, 25), 20) << "the next";
}

TEST_F(RateLimitsTest, TheSecondIsThatOfTheClock) {
  clock_.Advance(milliseconds(999));
  EXPECT_EQ(Let(action_, 20), 20);
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(Let(action_, 20), 20) << "a millisecond later, and another second";
}

TEST_F(RateLimitsTest, EachActionAndEachKeyIsCountedAlone) {
  EXPECT_EQ(Let(action_, 20), 20);
  EXPECT_EQ(Let(other_, 20), 20);
  EXPECT_EQ(Let(action_, 20, "another"), 20);
  EXPECT_EQ(Let(action_, 1), 0);
}

TEST_F(RateLimitsTest, TheMessageIsTheVendors) {
  Let(action_, 20);
  auto error =
      limits_.Count("AKID", action_, "RequestLimitExceeded", clock_.WallNow());
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, "RequestLimitExceeded");
  EXPECT_EQ(error->message,
            "Your current request times equals to `21` in a second, which "
            "exceeds the frequency limit `20` for a second. Please reduce the "
            "frequency of calls.");
  error = limits_.Count("AKID", action_, "X", clock_.WallNow());
  EXPECT_EQ(error->message.find("`22`"), 37U) << "refused calls count too";
}

TEST_F(RateLimitsTest, OneInFifteenSeconds) {
  action_.limit_calls = 1;
  action_.limit_period = milliseconds(15'000);
  // To the beginning of a period of the clock.
  const auto since = clock_.WallNow().time_since_epoch();
  clock_.Advance(std::chrono::ceil<milliseconds>(action_.limit_period -
                                                 since % action_.limit_period));
  EXPECT_EQ(Let(action_, 2), 1);
  clock_.Advance(milliseconds(14'999));
  EXPECT_EQ(Let(action_, 1), 0);
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(Let(action_, 1), 1);
}

TEST_F(RateLimitsTest, OffNothingIsRefusedAndOnAgainAllBeginsAnew) {
  Let(action_, 20);
  limits_.Enable(false);
  EXPECT_EQ(Let(action_, 100), 100);
  limits_.Enable(true);
  EXPECT_EQ(Let(action_, 21), 20);
  limits_.Forget();
  EXPECT_EQ(Let(action_, 1), 1);
}

}  // namespace
}  // namespace tcgate
