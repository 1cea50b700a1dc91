#include "service/http/keep_alive.h"

#include <gtest/gtest.h>

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MonoTime kNow{std::chrono::hours(1)};
constexpr seconds kMost{50};
constexpr seconds kOnce{5};

TEST(KeepAlive, AReadTrustsAServerThatNothingIsKnownOf) {
  EXPECT_EQ(KeepAlive().MaxIdle(kNow, false, kMost), kMost);
}

TEST(KeepAlive, AWriteTrustsWhatHasBeenSeenToLast) {
  KeepAlive server;
  EXPECT_EQ(server.MaxIdle(kNow, true, kOnce), KeepAlive::kLeast);
  server.Lasted(seconds(3));
  EXPECT_EQ(server.MaxIdle(kNow, true, kOnce), milliseconds(2400));
  server.Lasted(seconds(2));
  EXPECT_EQ(server.MaxIdle(kNow, true, kOnce), milliseconds(2400));
  server.Lasted(seconds(60));
  EXPECT_EQ(server.MaxIdle(kNow, true, kOnce), kOnce);
}

TEST(KeepAlive, WhatTheServerClosedIsKeptAwayFrom) {
  KeepAlive server;
  server.Lasted(seconds(4));
  server.Closed(kNow, seconds(2));
  EXPECT_EQ(server.MaxIdle(kNow, false, kMost), milliseconds(1600));
  EXPECT_EQ(server.MaxIdle(kNow, true, kOnce), milliseconds(1600));
  server.Closed(kNow, seconds(3));  // That one was used again in between.
  EXPECT_EQ(server.MaxIdle(kNow, false, kMost), milliseconds(1600));
  server.Closed(kNow, milliseconds(1500));
  EXPECT_EQ(server.MaxIdle(kNow, false, kMost), milliseconds(1200));
}

TEST(KeepAlive, WhatIsClosedAtOnceSaysNothing) {
  KeepAlive server;
  server.Closed(kNow, KeepAlive::kLeast - milliseconds(1));
  EXPECT_EQ(server.MaxIdle(kNow, false, kMost), kMost);
  server.Closed(kNow, KeepAlive::kLeast);
  EXPECT_EQ(server.MaxIdle(kNow, false, kMost), milliseconds(800));
}

TEST(KeepAlive, WhatWasLearntIsForgotten) {
  KeepAlive server;
  server.Closed(kNow, seconds(2));
  const MonoTime then = kNow + KeepAlive::kMemory;
  EXPECT_EQ(server.MaxIdle(then - milliseconds(1), false, kMost),
            milliseconds(1600));
  EXPECT_EQ(server.MaxIdle(then, false, kMost), kMost);
  server.Closed(then, seconds(30));
  EXPECT_EQ(server.MaxIdle(then, false, kMost), seconds(24));
}

TEST(KeepAlive, TheServersWordIsTakenAlsoForAWrite) {
  KeepAlive server;
  server.Announced(kNow, seconds(5));
  EXPECT_EQ(server.MaxIdle(kNow, false, kMost), seconds(4));
  EXPECT_EQ(server.MaxIdle(kNow, true, kOnce), seconds(4));
  server.Announced(kNow, seconds(75));
  EXPECT_EQ(server.MaxIdle(kNow, false, kMost), kMost);
  EXPECT_EQ(server.MaxIdle(kNow, true, kOnce), kOnce);
  server.Announced(kNow, seconds(0));
  EXPECT_EQ(server.MaxIdle(kNow, false, kMost), seconds(0));
}

TEST(KeepAlive, AServerThatBreaksItsWordIsNotTrusted) {
  KeepAlive server;
  server.Announced(kNow, seconds(60));
  server.Closed(kNow, seconds(3));
  EXPECT_EQ(server.MaxIdle(kNow, false, kMost), milliseconds(2400));
  EXPECT_EQ(server.MaxIdle(kNow, true, kOnce), KeepAlive::kLeast);
}

TEST(KeepAlive, ReadsTheHeader) {
  EXPECT_EQ(KeepAliveTimeout("Keep-Alive: timeout=5, max=100\r\n"), seconds(5));
  EXPECT_EQ(KeepAliveTimeout("keep-alive: max=100, timeout=75\r\n"),
            seconds(75));
  EXPECT_EQ(KeepAliveTimeout("KEEP-ALIVE:timeout=0"), seconds(0));
  EXPECT_EQ(KeepAliveTimeout("Keep-Alive: max=100\r\n"), std::nullopt);
  EXPECT_EQ(KeepAliveTimeout("Keep-Alive: timeout=-5\r\n"), std::nullopt);
  EXPECT_EQ(KeepAliveTimeout("Keep-Alive: timeout=soon\r\n"), std::nullopt);
  EXPECT_EQ(KeepAliveTimeout("X-Keep-Alive: timeout=5\r\n"), std::nullopt);
  EXPECT_EQ(KeepAliveTimeout(""), std::nullopt);
}

}  // namespace
}  // namespace tcgate
