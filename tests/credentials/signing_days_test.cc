#include "service/credentials/signing_days.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace tcgate {
namespace {

struct Row {
  const char* now;  // UTC
  std::vector<std::string> days;
};

class SigningDaysTest : public testing::TestWithParam<Row> {};

TEST_P(SigningDaysTest, Table) {
  absl::Time now;
  std::string error;
  ASSERT_TRUE(
      absl::ParseTime("%Y-%m-%d %H:%M:%E*S", GetParam().now, &now, &error))
      << error;
  EXPECT_EQ(SigningDays(absl::ToChronoTime(now)), GetParam().days);
}

INSTANTIATE_TEST_SUITE_P(
    Edges, SigningDaysTest,
    testing::Values(
        Row{"2022-01-01 12:00:00", {"2022-01-01"}},
        Row{"2022-01-01 23:44:59", {"2022-01-01"}},
        Row{"2022-01-01 23:44:59.999", {"2022-01-01"}},
        Row{"2022-01-01 23:45:00", {"2022-01-01", "2022-01-02"}},
        Row{"2022-01-01 23:59:59.999", {"2022-01-01", "2022-01-02"}},
        Row{"2022-01-02 00:00:00", {"2022-01-02", "2022-01-01"}},
        Row{"2022-01-02 00:14:59", {"2022-01-02", "2022-01-01"}},
        Row{"2022-01-02 00:14:59.999", {"2022-01-02", "2022-01-01"}},
        Row{"2022-01-02 00:15:00", {"2022-01-02"}},
        Row{"2021-12-31 23:50:00", {"2021-12-31", "2022-01-01"}},
        Row{"2024-02-28 23:50:00", {"2024-02-28", "2024-02-29"}},
        Row{"2024-03-01 00:10:00", {"2024-03-01", "2024-02-29"}}));

TEST(SigningEnd, IsAQuarterPastTheNextMidnight) {
  EXPECT_EQ(
      SigningEnd("2022-01-01"),
      WallTime(std::chrono::seconds(1641081600) + std::chrono::minutes(15)));
  EXPECT_EQ(SigningEnd("2022-02-30"), std::nullopt);
  EXPECT_EQ(SigningEnd(""), std::nullopt);
}

}  // namespace
}  // namespace tcgate
