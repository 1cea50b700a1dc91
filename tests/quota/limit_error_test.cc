#include "service/quota/limit_error.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace tcgate {
namespace {

Outcome Vendor(const std::string& code) {
  Outcome outcome = Refusal(absl::StatusCode::kResourceExhausted, code, "no");
  outcome.decided_by = DecidedBy::kVendor;
  return outcome;
}

class LimitErrorTest
    : public testing::TestWithParam<std::tuple<const char*, LimitError>> {};

TEST_P(LimitErrorTest, TheCodeSaysWhichLimit) {
  const auto [code, limit] = GetParam();
  EXPECT_EQ(LimitErrorOf(Vendor(code)), limit);
}

INSTANTIATE_TEST_SUITE_P(
    Codes, LimitErrorTest,
    testing::Values(
        std::tuple("RequestLimitExceeded", LimitError::kAction),
        std::tuple("OperationDenied.FreqOverLimit", LimitError::kAction),
        std::tuple("FailedOperation.RestrictedFrequency", LimitError::kAction),
        std::tuple("RequestLimitExceeded.UinLimitExceeded",
                   LimitError::kAccount),
        std::tuple("RequestLimitExceeded.GlobalRegionUinLimitExceeded",
                   LimitError::kAccount),
        std::tuple("RequestLimitExceeded.SomethingNew", LimitError::kAccount),
        std::tuple("RequestLimitExceeded.IPLimitExceeded",
                   LimitError::kAddress),
        std::tuple("RequestLimitExceededLike", LimitError::kNone),
        std::tuple("LimitExceeded.ConcurrencyLimit", LimitError::kNone),
        std::tuple("RequestSizeLimitExceeded", LimitError::kNone),
        std::tuple("OperationDenied", LimitError::kNone)));

TEST(LimitErrorOfTest, OnlyTheVendorSaysIt) {
  Outcome outcome = Vendor("RequestLimitExceeded");
  outcome.decided_by = DecidedBy::kGateway;
  EXPECT_EQ(LimitErrorOf(outcome), LimitError::kNone);
  EXPECT_EQ(LimitErrorOf(Outcome()), LimitError::kNone);
}

}  // namespace
}  // namespace tcgate
