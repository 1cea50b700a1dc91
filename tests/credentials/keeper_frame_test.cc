#include "service/credentials/keeper_frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tcgate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(KeeperFrame, ReadsWhatItWrote) {
  const std::string long_field(4096, '\xff');
  const std::string packet =
      EncodeFrame(FrameKind::kKey, {"id", "", absl::string_view(long_field)});
  const auto frame = ParseFrame(packet);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->kind, FrameKind::kKey);
  EXPECT_THAT(frame->fields, ElementsAre("id", "", long_field));
}

TEST(KeeperFrame, AFrameMayHaveNoFields) {
  const auto frame = ParseFrame(EncodeFrame(FrameKind::kPairRequest, {}));
  ASSERT_TRUE(frame.has_value());
  EXPECT_THAT(frame->fields, IsEmpty());
}

TEST(KeeperFrame, TheLargestCredentialFits) {
  const std::string longest(4096, 'x');
  EXPECT_LE(EncodeFrame(FrameKind::kKey, {longest, longest, longest}).size(),
            kMaxFrameBytes);
}

TEST(KeeperFrame, ACutPacketIsNone) {
  const std::string packet =
      EncodeFrame(FrameKind::kKeyRequest, {"default", "product", "2022-01-01"});
  for (std::size_t size = 0; size < packet.size(); ++size) {
    EXPECT_FALSE(ParseFrame(packet.substr(0, size)).has_value()) << size;
  }
}

TEST(KeeperFrame, APacketWithMoreBehindItIsNone) {
  EXPECT_FALSE(
      ParseFrame(EncodeFrame(FrameKind::kRefusal, {"why"}) + '\0').has_value());
}

TEST(KeeperFrame, OnlyTheFiveKindsAreKnown) {
  for (int kind = 0; kind < 256; ++kind) {
    // Without fields, which is right for a request for the pair alone.
    EXPECT_EQ(ParseFrame(std::string(1, static_cast<char>(kind))).has_value(),
              kind == static_cast<int>(FrameKind::kPairRequest))
        << kind;
  }
}

TEST(KeeperFrame, ALengthPastTheEndIsNone) {
  std::string packet = EncodeFrame(FrameKind::kRefusal, {"why"});
  for (const char high : {'\x01', '\x7f', '\xff'}) {
    packet[2] = high;
    EXPECT_FALSE(ParseFrame(packet).has_value());
  }
}

}  // namespace
}  // namespace tcgate
