// What a reply body turns out to be, and that damage is never a success.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "service/codec/decode.h"
#include "tests/codec/synthetic.h"

namespace tcgate {
namespace {

using Kind = Decoded::Kind;

class EnvelopeTest : public testing::Test {
 protected:
  Decoded Decode(std::string body, absl::string_view message = "Api") {
    return decoder_.DecodeReply(synthetic_.Table(message), body);
  }

  // Expects an error of the vendor's.
  void ExpectError(std::string body, absl::string_view code,
                   absl::string_view message, absl::string_view type = "Api") {
    const Decoded decoded = Decode(body, type);
    EXPECT_EQ(decoded.kind, Kind::kError) << body;
    EXPECT_EQ(decoded.error_code, code) << body;
    EXPECT_EQ(decoded.error_message, message) << body;
    EXPECT_EQ(decoded.wire, "") << body;
    EXPECT_TRUE(decoded.losses.empty()) << body;
  }

  Synthetic synthetic_;
  Decoder decoder_;
};

constexpr char kReply[] =
    R"({"Response":{"I":1,"Lo":[{"Name":"a\"b"},{"Count":-2}],)"
    R"("D":1.5,"B":true,"S":null,"What":[{}],"RequestId":"r-1"}})";

TEST_F(EnvelopeTest, AReplyGivesItsRequestId) {
  const Decoded decoded = Decode(kReply);
  EXPECT_EQ(decoded.kind, Kind::kReply);
  EXPECT_EQ(decoded.request_id, "r-1");
  EXPECT_EQ(synthetic_.Text("Api", decoded.wire),
            R"(i: 1 d: 1.5 b: true lo { name: "a\"b" } lo { count: -2 })"
            R"( request_id: "r-1")");
}

TEST_F(EnvelopeTest, AReplyMayBeEmpty) {
  const Decoded decoded = Decode(R"({"Response":{}})");
  EXPECT_EQ(decoded.kind, Kind::kReply);
  EXPECT_EQ(decoded.wire, "");
  EXPECT_EQ(decoded.request_id, "");
}

TEST_F(EnvelopeTest, ATypeWithoutRequestIdLosesNothing) {
  const Decoded decoded =
      Decode(R"({"Response":{"RequestId":"r-2"}})", "Empty");
  EXPECT_EQ(decoded.kind, Kind::kReply);
  EXPECT_EQ(decoded.request_id, "r-2");
  EXPECT_TRUE(decoded.losses.empty());
}

TEST_F(EnvelopeTest, SiblingsOfResponseAreIgnored) {
  const Decoded decoded = Decode(
      R"({"Error":null,"code":4000,"codeDesc":"X","retcode":[{"a":"}"}],)"
      R"("Response":{"I":1},"RequestId":null,"message":"no"})");
  EXPECT_EQ(decoded.kind, Kind::kReply);
  EXPECT_EQ(synthetic_.Text("Api", decoded.wire), "i: 1");
  EXPECT_EQ(decoded.error_code, "");
  EXPECT_EQ(decoded.error_message, "");
}

TEST_F(EnvelopeTest, AnErrorIsAnErrorWhereverItStands) {
  ExpectError(R"({"Response":{"Error":{"Code":"A.B","Message":"m \"q\""},)"
              R"("RequestId":"r"}})",
              "A.B", "m \"q\"");
  ExpectError(R"({"Response":{"RequestId":"r","I":"x","Error":)"
              R"({"Message":"m","More":{},"Code":"A"}}})",
              "A", "m");
  EXPECT_EQ(Decode(R"({"Response":{"Error":{"Code":"A"},"RequestId":"r-3"}})")
                .request_id,
            "r-3");
}

TEST_F(EnvelopeTest, AnErrorThatSaysNothingIsNone) {
  for (const char* nothing : {"null", "\"\"", "[]"}) {
    EXPECT_EQ(
        Decode(absl::StrCat(R"({"Response":{"I":1,"Error":)", nothing, "}}"))
            .kind,
        Kind::kReply)
        << nothing;
  }
}

TEST_F(EnvelopeTest, AnErrorWithoutACodeIsNoReply) {
  for (const char* odd :
       {"{}", R"({"Message":"m"})", R"({"Code":null})", R"({"Code":{}})",
        R"("text")", "1", "true", R"([{"Code":"A"}])"}) {
    EXPECT_EQ(Decode(absl::StrCat(R"({"Response":{"Error":)", odd, "}}")).kind,
              Kind::kNoEnvelope)
        << odd;
  }
}

TEST_F(EnvelopeTest, ADeclaredErrorIsAFailureOnlyIfItIsAlone) {
  ExpectError(
      R"({"Response":{"Error":{"Code":"A","Message":"m"},"RequestId":"r"}})",
      "A", "m", "OwnError");
  ExpectError(
      R"({"Response":{"Status":null,"Error":{"Code":"A","Message":"m"}}})", "A",
      "m", "OwnError");
  for (const char* body :
       {R"({"Response":{"Status":"done","Error":{"Code":"A"}}})",
        R"({"Response":{"Error":{"Code":"A"},"Status":"done"}})"}) {
    const Decoded decoded = Decode(body, "OwnError");
    EXPECT_EQ(decoded.kind, Kind::kReply);
    EXPECT_EQ(synthetic_.Text("OwnError", decoded.wire),
              R"(status: "done" error { code: "A" })");
  }
  EXPECT_EQ(
      Decode(R"({"Response":{"Error":null,"RequestId":"r"}})", "OwnError").kind,
      Kind::kReply);
}

TEST_F(EnvelopeTest, TheOldFormIsAnErrorIfItsCodeIsNotZero) {
  ExpectError(R"({"code":4000,"message":"m","codeDesc":"InvalidParameter"})",
              "InvalidParameter", "m");
  ExpectError(R"({"message":"m","code":"5100"})", "5100", "m");
  for (const char* body :
       {R"({"code":0,"message":"","codeDesc":"Success"})", R"({"code":null})",
        R"({"code":"","codeDesc":"X"})", R"({"codeDesc":"X"})"}) {
    EXPECT_EQ(Decode(body).kind, Kind::kNoEnvelope) << body;
  }
}

TEST_F(EnvelopeTest, AllElseIsNoEnvelope) {
  for (const std::string body : {
           "",
           " ",
           "null",
           "1",
           "\"Response\"",
           "[]",
           "{}",
           "<html></html>",
           R"([{"Response":{}}])",
           R"({"Response":null})",
           R"({"Response":""})",
           R"({"Response":[]})",
           R"({"response":{}})",
           R"({"Data":{"I":1}})",
           R"({"Response":{},"Response":{"I":1}})",
           // No JSON: what a lazy parser lets through.
           R"({"Response":{}}})",
           R"({"Response":{}} {})",
           R"({"Response":{}}x)",
           R"({"Response":{},})",
           R"({"Response":{"I":1,}})",
           R"({"Response":{"I" 1}})",
           R"({"Response":{"I":1 "U":2}})",
           R"({"Response":{I:1}})",
           R"({"Response":{"I":}})",
           R"({"Response":{"I":01}})",
           R"({"Response":{"I":+1}})",
           R"({"Response":{"I":1.}})",
           R"({"Response":{"I":1e}})",
           R"({"Response":{"I":0x1}})",
           R"({"Response":{"I":-}})",
           R"({"Response":{"D":NaN}})",
           R"({"Response":{"D":.5}})",
           R"({"Response":{"B":tru}})",
           R"({"Response":{"B":True}})",
           R"({"Response":{"B":truee}})",
           R"({"Response":{"S":nul}})",
           R"({"Response":{"S":'x'}})",
           R"({"Response":{"S":"x":1}})",
           R"({"Response":{"S":"\q"}})",
           R"({"Response":{"S":"\u12g4"}})",
           R"({"Response":{"S":"\u12"}})",
           R"({"Response":{"Li":[1,]}})",
           R"({"Response":{"Li":[,1]}})",
           R"({"Response":{"Li":[1 2]}})",
           R"({"Response":{"What":[1,2}}})",
           R"({"Response":{"What":{"a"]}}})",
           R"({"Response":{"What":x}})",
           R"({"Response":{"What":{"a":01}}})",
           R"({"Response":{}} // done)",
           R"({"Response":{"I":/**/1}})",
           // Not UTF-8, or not allowed in a string.
           "{\"Response\":{\"S\":\"\xff\"}}",
           "{\"Response\":{\"S\":\"\xc3\"}}",
           "{\"Response\":{\"S\":\"\xed\xa0\x80\"}}",
           "{\"Response\":{\"What\":\"\xc0\x80\"}}",
           "{\"Response\":{\"S\":\"a\nb\"}}",
           "{\"Response\":{\"I\":1\x01}}",
           "{\"Response\":{\"I\":1\xc3\xa9}}",
           "\xef\xbb\xbf{\"Response\":{}}",
       }) {
    const Decoded decoded = Decode(body);
    EXPECT_EQ(decoded.kind, Kind::kNoEnvelope) << body;
    EXPECT_EQ(decoded.wire, "") << body;
    EXPECT_EQ(decoded.request_id, "") << body;
    EXPECT_TRUE(decoded.losses.empty()) << body;
  }
}

TEST_F(EnvelopeTest, NulCharactersAreNotAnEnd) {
  const std::string nul(1, '\0');
  for (const std::string& body :
       {R"({"Response":{}})" + nul, R"({"Response":{)" + nul + "}}",
        R"({"Response":{}})" + nul + "}", nul,
        R"({"Response":{"S":")" + nul + "\"}}"}) {
    EXPECT_EQ(Decode(body).kind, Kind::kNoEnvelope);
  }
}

TEST_F(EnvelopeTest, AReplyCutAnywhereIsNeverASuccess) {
  const std::string whole = kReply;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(Decode(whole.substr(0, size)).kind, Kind::kNoEnvelope)
        << whole.substr(0, size);
  }
}

// simdjson reads past the end, so what lies there must not matter.
TEST_F(EnvelopeTest, WhatLiesBeyondACutReplyDoesNotCompleteIt) {
  const std::string whole = kReply;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::string body = whole + std::string(64, '}');
    body.resize(size);
    EXPECT_EQ(decoder_.DecodeReply(synthetic_.Table("Api"), body).kind,
              Kind::kNoEnvelope);
    EXPECT_EQ(body, whole.substr(0, size)) << "the body was changed";
  }
}

TEST_F(EnvelopeTest, ADecoderForgetsTheReplyBefore) {
  EXPECT_EQ(Decode(R"({"Response":{"I":1,"What":1,"RequestId":"r")").kind,
            Kind::kNoEnvelope);
  ExpectError(R"({"Response":{"Error":{"Code":"A"},"What":1}})", "A", "");
  const Decoded decoded = Decode(R"({"Response":{"U":2,"What":1}})");
  EXPECT_EQ(synthetic_.Text("Api", decoded.wire), "u: 2");
  EXPECT_EQ(decoded.request_id, "");
  ASSERT_EQ(decoded.losses.size(), 1u);
  EXPECT_EQ(decoded.losses[0].member, "?");
}

}  // namespace
}  // namespace tcgate
