#include "service/http/reply_buffer.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "service/http/http.h"

namespace tcgate {
namespace {

TEST(ReplyBuffer, TheHeadersEndWithTheAnswersNotWithAnInterimOnes) {
  ReplyBuffer reply;
  reply.Begin(10, nullptr);
  EXPECT_FALSE(reply.headers_ended());
  reply.AddHeader("HTTP/1.1 100 Continue\r\n");
  reply.AddHeader("\r\n");
  reply.AddHeader("HTTP/1.1 200 OK\r\n");
  EXPECT_FALSE(reply.headers_ended());
  reply.AddHeader("\r\n");
  EXPECT_TRUE(reply.headers_ended());
  reply.AddHeader("X-Trailer: 1\r\n");
  EXPECT_TRUE(reply.headers_ended());
}

TEST(ReplyBuffer, HeadersMayHaveAsMuchAsTheLimitAndNoByteMore) {
  ReplyBuffer reply;
  reply.Begin(10, nullptr);
  EXPECT_TRUE(reply.AddHeader(std::string(ReplyBuffer::kMaxHeaderBytes, 'x')));
  EXPECT_EQ(reply.excess(), "");
  EXPECT_FALSE(reply.AddHeader("\n"));
  EXPECT_EQ(reply.excess(), "headers of more than 65536 bytes");
}

TEST(ReplyBuffer, ABodyMayHaveAsMuchAsTheLimitAndNoByteMore) {
  ReplyBuffer reply;
  reply.Begin(10, nullptr);
  EXPECT_TRUE(reply.AddBody("0123456", 0));
  EXPECT_TRUE(reply.AddBody("789", 0));
  EXPECT_FALSE(reply.AddBody("x", 0));
  EXPECT_EQ(reply.excess(), "a reply of more than 10 bytes");
  EXPECT_EQ(reply.TakeBody(), "0123456789");
}

TEST(ReplyBuffer, HasRoomBehindTheBodyHoweverItCame) {
  for (const std::size_t part : {1u, 63u, 64u, 65u, 1000u, 100'000u}) {
    for (const std::size_t announced : {0u, 1u, 3000u, 1'000'000u}) {
      ReplyBuffer reply;
      reply.Begin(1 << 20, nullptr);
      for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(reply.AddBody(std::string(part, 'x'), announced));
      }
      const std::string body = reply.TakeBody();
      EXPECT_EQ(body.size(), 3 * part);
      EXPECT_GE(body.capacity(), body.size() + kReplyPadding);
    }
  }
}

TEST(ReplyBuffer, AnAnnouncementReservesLittle) {
  ReplyBuffer reply;
  reply.Begin(1 << 20, nullptr);
  reply.AddBody("x", std::numeric_limits<std::size_t>::max());
  EXPECT_LE(reply.TakeBody().capacity(), 64u * 1024 + kReplyPadding);
}

TEST(ReplyBuffer, BeginForgetsTheReplyBefore) {
  ReplyBuffer reply;
  reply.Begin(1, nullptr);
  reply.AddHeader("\r\n");
  reply.AddBody("xy", 0);
  reply.Begin(2, nullptr);
  EXPECT_FALSE(reply.headers_ended());
  EXPECT_EQ(reply.excess(), "");
  EXPECT_TRUE(reply.AddBody("ab", 0));
  EXPECT_EQ(reply.TakeBody(), "ab");
}

}  // namespace
}  // namespace tcgate
