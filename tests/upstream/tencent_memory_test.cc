// The bytes of a reply, as they are counted.

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/base/byte_budget.h"
#include "tests/upstream/tencent_upstream_fixture.h"

namespace tcgate {
namespace {

using testing::HasSubstr;

// A reply whose message has some 4000 bytes.
std::string LongReply() {
  return absl::StrCat(R"({"Response":{"DoorId":7,"RequestId":")",
                      std::string(4000, 'i'), R"("}})");
}

class TencentMemoryTest : public TencentUpstreamTest {
 protected:
  AttemptResult AnsweredWith(ByteBudget& memory) {
    request_.memory = &memory;
    return Answered(200, LongReply());
  }
};

TEST_F(TencentMemoryTest, AReplyHoldsWhatItsMessageTakes) {
  ByteBudget memory(100'000);
  {
    const AttemptResult result = AnsweredWith(memory);
    EXPECT_TRUE(result.outcome.ok());
    EXPECT_GE(memory.held(), result.wire.size());
    EXPECT_LE(memory.held(), result.wire.size() + 64);
    EXPECT_EQ(result.held.bytes(), memory.held());
  }
  EXPECT_EQ(memory.held(), 0U);
}

TEST_F(TencentMemoryTest, JsonAndMessageAreHeldAtOnce) {
  // The capacity of a string is what the library makes it: at least this.
  ByteBudget scarce(2 * LongReply().size() + kReplyPadding - 1);
  const std::size_t others = scarce.most() / 16 + 1;
  ASSERT_TRUE(scarce.TryTake(others));
  EXPECT_EQ(AnsweredWith(scarce).outcome.reason, reason::kOutcomeUnknown);
  EXPECT_EQ(scarce.held(), others);
  ByteBudget enough(3 * LongReply().size() + others);
  ASSERT_TRUE(enough.TryTake(others));
  EXPECT_TRUE(AnsweredWith(enough).outcome.ok());
}

TEST_F(TencentMemoryTest, AReplyThatIsNearlyAloneIsDecoded) {
  // The JSON fits, with its padding, and not the message beside it.
  ByteBudget scarce(9000);
  ASSERT_TRUE(scarce.TryTake(scarce.most() / 16));
  EXPECT_TRUE(AnsweredWith(scarce).outcome.ok());
}

TEST_F(TencentMemoryTest, AReplyWithoutRoomIsRefused) {
  action().effect = Effect::kRead;
  ByteBudget memory(8100);
  ASSERT_TRUE(memory.TryTake(4000));  // Somebody else's.
  const AttemptResult result = AnsweredWith(memory);
  EXPECT_EQ(result.outcome.code, absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(result.outcome.reason, reason::kOverloaded);
  EXPECT_EQ(result.outcome.ran, Ran::kMaybe);
  EXPECT_TRUE(result.outcome.retry_after.has_value());
  EXPECT_EQ(result.wire, "");
  EXPECT_EQ(memory.held(), 4000U);
  EXPECT_THAT(metrics_.Render(), HasSubstr(R"(result="overloaded"} 1)"));
}

TEST_F(TencentMemoryTest, AnErrorHoldsNothing) {
  ByteBudget memory(100'000);
  request_.memory = &memory;
  const AttemptResult result = Answered(
      200, R"({"Response":{"Error":{"Code":"ResourceNotFound","Message":""},)"
           R"("RequestId":"id-2"}})");
  EXPECT_EQ(result.outcome.reason, "ResourceNotFound");
  EXPECT_EQ(memory.held(), 0U);
}

}  // namespace
}  // namespace tcgate
