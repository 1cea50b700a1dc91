// What the data of one event of a stream turns out to be.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "service/codec/decode.h"
#include "tests/codec/synthetic.h"

namespace tcgate {
namespace {

using Kind = Decoded::Kind;

class EventTest : public testing::Test {
 protected:
  Decoded Decode(std::string data, absl::string_view message = "Api") {
    return decoder_.DecodeEvent(synthetic_.Table(message), data);
  }

  Synthetic synthetic_;
  Decoder decoder_;
};

TEST_F(EventTest, AnEventIsTheMessageItself) {
  const Decoded decoded =
      Decode(R"({"I":"7","S":"a","New":1,"RequestId":"r-1"})");
  EXPECT_EQ(decoded.kind, Kind::kReply);
  EXPECT_EQ(synthetic_.Text("Api", decoded.wire),
            R"(i: 7 s: "a" request_id: "r-1")");
  EXPECT_EQ(decoded.request_id, "r-1");
  ASSERT_EQ(decoded.losses.size(), 1U);
  EXPECT_EQ(decoded.losses[0].member, "?");
}

TEST_F(EventTest, AnEnvelopeIsTakenOff) {
  const Decoded decoded = Decode(R"({"Response":{"I":7,"RequestId":"r-1"}})");
  EXPECT_EQ(decoded.kind, Kind::kReply);
  EXPECT_EQ(synthetic_.Text("Api", decoded.wire), R"(i: 7 request_id: "r-1")");
  EXPECT_TRUE(decoded.losses.empty());
}

TEST_F(EventTest, AResponseOfItsOwnIsAMember) {
  const Decoded decoded = Decode(R"({"Response":{"Name":"a"}})", "OwnResponse");
  EXPECT_EQ(decoded.kind, Kind::kReply);
  EXPECT_EQ(synthetic_.Text("OwnResponse", decoded.wire),
            R"(response { name: "a" })");
}

TEST_F(EventTest, AnErrorIsOneWithAnEnvelopeAndWithout) {
  for (
      const char* data :
      {R"({"S":"error","RequestId":"r-1","Error":{"Code":"A.B","Message":"m"}})",
       R"({"Error":{"Message":"m","Code":"A.B"},"RequestId":"r-1"})",
       R"({"Response":{"Error":{"Code":"A.B","Message":"m"},"RequestId":"r-1"}})"}) {
    SCOPED_TRACE(data);
    const Decoded decoded = Decode(data);
    EXPECT_EQ(decoded.kind, Kind::kError);
    EXPECT_EQ(decoded.error_code, "A.B");
    EXPECT_EQ(decoded.error_message, "m");
    EXPECT_EQ(decoded.request_id, "r-1");
    EXPECT_EQ(decoded.wire, "");
  }
}

TEST_F(EventTest, AnErrorThatIsNullIsNone) {
  EXPECT_EQ(Decode(R"({"I":1,"Error":null})").kind, Kind::kReply);
}

TEST_F(EventTest, NothingElseIsAnEvent) {
  for (const char* data :
       {"", "[DONE]", "7", "null", "[{}]", "{", R"({"I":1)", R"({"I":1}})",
        R"({"I":1}{"I":2})", R"({"Error":"bad"})", R"({"Error":{}})",
        R"({"Response":{},"Response":{}})"}) {
    SCOPED_TRACE(data);
    const Decoded decoded = Decode(data);
    EXPECT_EQ(decoded.kind, Kind::kNoEnvelope);
    EXPECT_EQ(decoded.wire, "");
  }
}

}  // namespace
}  // namespace tcgate
