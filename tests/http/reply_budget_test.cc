// What a reply takes of a budget while it comes.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "service/base/byte_budget.h"
#include "service/http/http.h"
#include "service/http/reply_buffer.h"

namespace tcgate {
namespace {

constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kPart = 16 * 1024;  // As much as libcurl hands over.
constexpr std::size_t kLarge = 4 << 20;

// Adds parts until `bytes` are there, or there is no room; returns the most
// that was held on the way.
std::size_t Fill(ReplyBuffer& reply, std::size_t bytes, std::size_t announced,
                 const ByteBudget& budget) {
  const std::string part(kPart, 'x');
  std::size_t most = 0;
  while (reply.size() < bytes && reply.AddBody(part, announced)) {
    most = std::max(most, budget.held());
  }
  return most;
}

TEST(ReplyBudget, HoldsTheCapacityOfTheBodyUntilWhoTookItLetsGo) {
  ByteBudget budget(kLarge);
  ReplyBuffer reply;
  reply.Begin(kUnbounded, &budget);
  reply.AddBody("x", 1);
  {
    ByteHold held;
    const std::string body = reply.TakeBody(&held);
    EXPECT_EQ(held.bytes(), body.capacity());
    EXPECT_EQ(budget.held(), body.capacity());
    reply.Begin(kUnbounded, &budget);
    EXPECT_EQ(budget.held(), body.capacity());
  }
  EXPECT_EQ(budget.held(), 0u);
}

TEST(ReplyBudget, AnAnnouncementThatHoldsTakesNoMoreThanTheReply) {
  ByteBudget budget(kUnbounded);
  ReplyBuffer reply;
  reply.Begin(kUnbounded, &budget);
  const std::size_t most = Fill(reply, kLarge, kLarge, budget);
  EXPECT_EQ(most, kLarge + kReplyPadding);
  EXPECT_EQ(budget.held(), kLarge + kReplyPadding);
}

TEST(ReplyBudget, AnAnnouncementIsBelievedOnceAnEighthIsThere) {
  ByteBudget budget(kUnbounded);
  ReplyBuffer reply;
  reply.Begin(kUnbounded, &budget);
  Fill(reply, kLarge / ReplyBuffer::kBelievedPart - kPart, kLarge, budget);
  EXPECT_LE(budget.held(), kLarge / 4);
}

TEST(ReplyBudget, WithoutAnAnnouncementItTakesAtMostTwiceTheReply) {
  for (const std::size_t announced : {std::size_t{0}, std::size_t{1000}}) {
    ByteBudget budget(kUnbounded);
    ReplyBuffer reply;
    reply.Begin(kUnbounded, &budget);
    Fill(reply, kLarge, announced, budget);
    EXPECT_LE(budget.held(), 2 * kLarge + kReplyPadding);
  }
}

TEST(ReplyBudget, NoReplyTakesMoreThanItsLimit) {
  ByteBudget budget(kUnbounded);
  ReplyBuffer reply;
  reply.Begin(kLarge, &budget);
  Fill(reply, kLarge, 0, budget);
  EXPECT_EQ(budget.held(), kLarge + kReplyPadding);
}

TEST(ReplyBudget, WithoutRoomAllIsGivenBackAtOnce) {
  ByteBudget budget(kLarge / 2);
  ReplyBuffer reply;
  reply.Begin(kUnbounded, &budget);
  Fill(reply, kLarge, kLarge, budget);
  EXPECT_TRUE(reply.no_room());
  EXPECT_EQ(reply.excess(), "");
  EXPECT_EQ(reply.size(), 0u);
  EXPECT_EQ(budget.held(), 0u);
  reply.Begin(kUnbounded, &budget);
  EXPECT_FALSE(reply.no_room());
}

TEST(ReplyBudget, WhileABodyMovesBothItsPlacesAreHeld) {
  // Room for a body of a quarter and one of a half, not for both.
  ByteBudget budget(kLarge / 2 + kReplyPadding);
  ReplyBuffer reply;
  reply.Begin(kUnbounded, &budget);
  Fill(reply, kLarge / 2, 0, budget);
  EXPECT_TRUE(reply.no_room());
}

TEST(ReplyBudget, OneOfManyThatGrowTogetherIsAlwaysFinished) {
  for (const std::size_t announced : {std::size_t{0}, kLarge}) {
    ByteBudget budget(2 * kLarge);
    std::vector<ReplyBuffer> replies(8);
    for (ReplyBuffer& reply : replies) reply.Begin(kLarge, &budget);
    const std::string part(kPart, 'x');
    for (std::size_t sent = 0; sent < kLarge; sent += kPart) {
      for (ReplyBuffer& reply : replies) {
        if (!reply.no_room()) (void)reply.AddBody(part, announced);
        ASSERT_LE(budget.held(), budget.most());
      }
    }
    const auto whole = std::count_if(
        replies.begin(), replies.end(),
        [](const ReplyBuffer& reply) { return reply.size() == kLarge; });
    EXPECT_GE(whole, 1) << announced;
    EXPECT_LT(whole, 3) << announced;
  }
}

}  // namespace
}  // namespace tcgate
