#include "service/rpc/deadline.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace tcgate {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr WallTime kWall{hours(500'000)};
constexpr MonoTime kMono{hours(7)};

std::optional<MonoTime> Deadline(WallTime asked) {
  return CallDeadline(asked, kWall, kMono);
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

TEST(CallDeadlineTest, WhatHasPassedIsNoDeadline) {
  EXPECT_EQ(Deadline(kWall), std::nullopt);
  EXPECT_EQ(Deadline(kWall - milliseconds(1)), std::nullopt);
  EXPECT_EQ(Deadline(WallTime::min()), std::nullopt);
}

std::optional<MonoTime> OfStream(WallTime asked) {
  return StreamDeadline(asked, kWall, kMono);
}

TEST(StreamDeadlineTest, NoneIsNone) {
  EXPECT_EQ(OfStream(WallTime::max()), MonoTime::max());
  EXPECT_EQ(OfStream(WallTime::max() - milliseconds(1)), MonoTime::max());
}

TEST(StreamDeadlineTest, WhatIsAskedForIsKept) {
  EXPECT_EQ(OfStream(kWall + milliseconds(1)), kMono + milliseconds(1));
  EXPECT_EQ(OfStream(kWall + hours(100)), kMono + hours(100));
}

TEST(StreamDeadlineTest, WhatHasPassedIsNoDeadline) {
  EXPECT_EQ(OfStream(kWall), std::nullopt);
  EXPECT_EQ(OfStream(WallTime::min()), std::nullopt);
}

}  // namespace
}  // namespace tcgate
