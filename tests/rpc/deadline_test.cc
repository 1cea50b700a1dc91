#include "service/rpc/deadline.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace tcgate {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr WallTime kWall{hours(500'000)};
constexpr MonoTime kMono{hours(7)};

TEST(LongestWithinTest, ASecondIsLeftOrATenth) {
  EXPECT_EQ(LongestWithin(minutes(6)), seconds(359));
  EXPECT_EQ(LongestWithin(seconds(10)), seconds(9));
  EXPECT_EQ(LongestWithin(seconds(1)), milliseconds(900));
}

std::optional<MonoTime> Deadline(WallTime asked,
                                 milliseconds longest = minutes(6)) {
  return CallDeadline(asked, kWall, kMono, longest);
}

TEST(CallDeadlineTest, NoneIsThirtySeconds) {
  EXPECT_EQ(Deadline(WallTime::max()), kMono + seconds(30));
}

TEST(CallDeadlineTest, WhatIsAskedForIsKept) {
  EXPECT_EQ(Deadline(kWall + milliseconds(1)), kMono + milliseconds(1));
  EXPECT_EQ(Deadline(kWall + seconds(299)), kMono + seconds(299));
}

TEST(CallDeadlineTest, FiveMinutesIsTheMost) {
  EXPECT_EQ(Deadline(kWall + seconds(300)), kMono + seconds(300));
  EXPECT_EQ(Deadline(kWall + seconds(301)), kMono + seconds(300));
  EXPECT_EQ(Deadline(WallTime::max() - milliseconds(1)), kMono + seconds(300));
}

TEST(CallDeadlineTest, ItIsNoLongerThanTheLongest) {
  constexpr milliseconds kLongest{900};
  for (const WallTime asked :
       {kWall + kLongest, kWall + seconds(1), kWall + seconds(301),
        WallTime::max() - milliseconds(1), WallTime::max()}) {
    EXPECT_EQ(Deadline(asked, kLongest), kMono + kLongest);
  }
  EXPECT_EQ(Deadline(kWall + milliseconds(899), kLongest),
            kMono + milliseconds(899));
}

TEST(CallDeadlineTest, WhatHasPassedIsNoDeadline) {
  EXPECT_EQ(Deadline(kWall), std::nullopt);
  EXPECT_EQ(Deadline(kWall - milliseconds(1)), std::nullopt);
  EXPECT_EQ(Deadline(WallTime::min()), std::nullopt);
}

std::optional<MonoTime> OfStream(WallTime asked) {
  return StreamDeadline(asked, kWall, kMono, hours(1));
}

TEST(StreamDeadlineTest, NoneIsTheLongest) {
  EXPECT_EQ(OfStream(WallTime::max()), kMono + hours(1));
  EXPECT_EQ(OfStream(WallTime::max() - milliseconds(1)), kMono + hours(1));
  EXPECT_EQ(OfStream(kWall + hours(2)), kMono + hours(1));
}

TEST(StreamDeadlineTest, WhatIsAskedForIsKept) {
  EXPECT_EQ(OfStream(kWall + milliseconds(1)), kMono + milliseconds(1));
  EXPECT_EQ(OfStream(kWall + minutes(59)), kMono + minutes(59));
}

TEST(StreamDeadlineTest, WhatHasPassedIsNoDeadline) {
  EXPECT_EQ(OfStream(kWall), std::nullopt);
  EXPECT_EQ(OfStream(WallTime::min()), std::nullopt);
}

}  // namespace
}  // namespace tcgate
