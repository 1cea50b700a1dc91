// What an attempt sends, and what it sends nothing for.

#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/signing/tc3.h"
#include "tests/upstream/tencent_upstream_fixture.h"

namespace tcgate {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

TEST_F(TencentUpstreamTest, SendsWhatTheOfficialSdksSend) {
  Answered(200, kReply);
  ASSERT_THAT(http_.requests, testing::SizeIs(1));
  const HttpRequest& sent = http_.requests[0];
  EXPECT_EQ(sent.endpoint->url, "https://door.intl.example.com/");
  EXPECT_EQ(sent.endpoint->host, "door.intl.example.com");
  EXPECT_EQ(sent.body, body_);
  EXPECT_EQ(sent.deadline, request_.deadline);
  EXPECT_EQ(sent.max_reply_bytes, 1 << 20);
  EXPECT_THAT(
      HeaderLines(sent),
      ElementsAre("Content-Type: application/json", "X-TC-Action: OpenDoor",
                  "X-TC-Version: 2022-03-25", "X-TC-Timestamp: 1551113065",
                  "X-TC-Region: ap-singapore", "X-TC-Language: en-US",
                  testing::MatchesRegex("X-TC-RequestClient: "
                                        "tcgate_[0-9a-zA-Z_ ,;.-]+"),
                  testing::StartsWith("Authorization: TC3-HMAC-SHA256 ")));
}

TEST_F(TencentUpstreamTest, TheSignatureCoversTheBytesSent) {
  Answered(200, kReply);
  tc3::Request covered;
  covered.content_type = "application/json";
  covered.host = "door.intl.example.com";
  covered.payload = http_.requests.at(0).body;
  const std::string text =
      tc3::StringToSign(tc3::CanonicalRequest(covered), "door", 1551113065);
  tc3::Signer signer("AKIDfake", "2019-02-25", "door",
                     tc3::DeriveKey(Secret(kSecretKey), "2019-02-25", "door"));
  EXPECT_EQ(HeaderLines(http_.requests[0]).back(),
            absl::StrCat("Authorization: TC3-HMAC-SHA256 "
                         "Credential=AKIDfake/2019-02-25/door/tc3_request, "
                         "SignedHeaders=content-type;host, Signature=",
                         signer.Sign(text)));
}

TEST_F(TencentUpstreamTest, SendsNoEmptyHeader) {
  request_.region = "";
  Answered(200, kReply);
  EXPECT_THAT(HeaderLines(http_.requests.at(0)),
              Not(Contains(testing::StartsWith("X-TC-Region"))));
}

TEST_F(TencentUpstreamTest, SendsTokenAndTraceWhereThereAreAny) {
  keys_.Give("2019-02-25", "AKIDfake", "the-token");
  request_.traceparent =
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  Answered(200, kReply);
  EXPECT_THAT(HeaderLines(http_.requests.at(0)),
              Contains("X-TC-Token: the-token"));
  EXPECT_THAT(HeaderLines(http_.requests[0]),
              Contains("traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-"
                       "00f067aa0ba902b7-01"));
}

TEST_F(TencentUpstreamTest, OnlyAWriteIsSentAtMostOnce) {
  for (const auto& [effect, once] :
       {std::pair(Effect::kRead, false), std::pair(Effect::kIdempotent, false),
        std::pair(Effect::kWrite, true)}) {
    action().effect = effect;
    Answered(200, kReply);
    EXPECT_EQ(http_.requests.back().send_once, once);
  }
}

TEST_F(TencentUpstreamTest, EveryAttemptIsSignedAnewAndTheKeyFollowsTheDay) {
  keys_.Give("2019-02-26", "AKIDnext", "");
  Answered(200, kReply);
  clock_.Advance(std::chrono::seconds(1));
  Answered(200, kReply);
  clock_.Advance(std::chrono::hours(8));
  Answered(200, kReply);

  EXPECT_THAT(HeaderLines(http_.requests[1]),
              Contains("X-TC-Timestamp: 1551113066"));
  EXPECT_NE(HeaderLines(http_.requests[0]).back(),
            HeaderLines(http_.requests[1]).back());
  EXPECT_THAT(HeaderLines(http_.requests[2]).back(),
              HasSubstr("Credential=AKIDnext/2019-02-26/door/"));
  EXPECT_THAT(keys_.asked,
              ElementsAre("main door 2019-02-25", "main door 2019-02-25",
                          "main door 2019-02-26"));
}

TEST_F(TencentUpstreamTest, ARotatedKeySignsTheNextAttempt) {
  Answered(200, kReply);
  keys_.Give("2019-02-25", "AKIDrotated", "");
  Answered(200, kReply);
  EXPECT_THAT(HeaderLines(http_.requests[1]).back(),
              HasSubstr("Credential=AKIDrotated/"));
}

TEST_F(TencentUpstreamTest, WithoutAKeyNothingIsSentAndTheClockIsNamed) {
  keys_.keys.clear();
  const Outcome outcome = Attempt().outcome;
  EXPECT_THAT(http_.requests, testing::IsEmpty());
  EXPECT_EQ(outcome.code, absl::StatusCode::kInternal);
  EXPECT_EQ(outcome.reason, reason::kNoCredential);
  EXPECT_EQ(outcome.ran, Ran::kNo);
  EXPECT_THAT(outcome.message, HasSubstr("clock"));
  EXPECT_THAT(outcome.metadata,
              ElementsAre(Pair("account", "main"), Pair("product", "door"),
                          Pair("date", "2019-02-25")));
}

TEST_F(TencentUpstreamTest, ASiteThatDoesNotServeTheProductIsNamed) {
  account_.site = Site::kMainland;
  const Outcome outcome = Attempt().outcome;
  EXPECT_THAT(http_.requests, testing::IsEmpty());
  EXPECT_EQ(outcome.code, absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(outcome.reason, reason::kInvalidRequest);
  EXPECT_EQ(outcome.ran, Ran::kNo);
  EXPECT_THAT(outcome.message, HasSubstr("mainland"));
}

}  // namespace
}  // namespace tcgate
