#include "service/sandbox/time_series.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace tcgate {
namespace {

constexpr std::int64_t kJuly31 = 1753920000;  // 2025-07-31 00:00 UTC.
constexpr std::int64_t kDay = 86'400;

TEST(TimeSeriesTest, APeriodIsCutAtTheCalendar) {
  const std::vector<Interval> days =
      CutIntoIntervals("day", kJuly31 + 1, kJuly31 + kDay + 1);
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(days[0].start, kJuly31);
  EXPECT_EQ(days[0].end, kJuly31 + kDay);
  EXPECT_EQ(days[1].start, days[0].end);
  EXPECT_EQ(CutIntoIntervals("day", kJuly31, kJuly31 + kDay).size(), 1U);
  EXPECT_EQ(CutIntoIntervals("hour", kJuly31, kJuly31 + 2 * 3600).size(), 2U);
}

TEST(TimeSeriesTest, MonthsHaveTheirOwnLengths) {
  const std::vector<Interval> months =
      CutIntoIntervals("month", kJuly31, kJuly31 + kDay + 1);
  ASSERT_EQ(months.size(), 2U);
  EXPECT_EQ(months[0].end - months[0].start, 31 * kDay);
  EXPECT_EQ(months[0].end, kJuly31 + kDay);
}

TEST(TimeSeriesTest, OfALongPeriodTheLastPartsAreReturned) {
  const std::vector<Interval> hours = CutIntoIntervals("hour", 0, kJuly31);
  ASSERT_EQ(hours.size(), 24U);
  EXPECT_EQ(hours.front().start, kJuly31 - kDay);
  EXPECT_EQ(hours.back().end, kJuly31);
  for (const char* unit : {"hour", "day", "month"}) {
    EXPECT_LE(
        CutIntoIntervals(unit, 0, std::numeric_limits<std::int64_t>::max())
            .size(),
        24U);
  }
}

TEST(TimeSeriesTest, NoPeriodHasNoParts) {
  EXPECT_TRUE(CutIntoIntervals("day", kJuly31, kJuly31).empty());
  EXPECT_TRUE(CutIntoIntervals("day", kJuly31, 0).empty());
  EXPECT_TRUE(CutIntoIntervals("day", -1, kJuly31).empty());
}

}  // namespace
}  // namespace tcgate
