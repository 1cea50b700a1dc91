// What becomes of the answer to an attempt.

#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/upstream/tencent_upstream_fixture.h"

namespace tcgate {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string ErrorReply(const std::string& code, const std::string& message) {
  return absl::StrCat(R"({"Response":{"Error":{"Code":")", code,
                      R"(","Message":")", message,
                      R"("},"RequestId":"id-2"}})");
}

TEST_F(TencentUpstreamTest, AReplyIsDecoded) {
  const AttemptResult result = Answered(200, kReply);
  EXPECT_TRUE(result.outcome.ok());
  EXPECT_EQ(result.outcome.ran, Ran::kYes);
  EXPECT_EQ(result.outcome.request_id, "id-1");
  EXPECT_EQ(result.server_time, clock_.WallNow() + std::chrono::seconds(3));
  EXPECT_EQ(result.wire, std::string("\x08\x07\x12\x04") + "id-1");
  EXPECT_THAT(metrics_.Render(),
              HasSubstr(R"(tcgate_upstream_attempts_total{)"
                        R"(action="door.OpenDoor",result="ok"} 1)"));
}

TEST_F(TencentUpstreamTest, AMemberThatIsLostIsCounted) {
  const AttemptResult result =
      Answered(200, R"({"Response":{"DoorId":"seven","RequestId":"id-1"}})");
  EXPECT_TRUE(result.outcome.ok());
  EXPECT_THAT(metrics_.Render(),
              HasSubstr(R"(tcgate_reply_members_lost_total{)"
                        R"(action="door.OpenDoor",member="DoorId"} 1)"));
}

TEST_F(TencentUpstreamTest, AnEnvelopeCountsWhateverItsStatus) {
  EXPECT_TRUE(Answered(502, kReply).outcome.ok());
  const Outcome refused =
      Answered(500, ErrorReply("ResourceNotFound", "No such door.")).outcome;
  EXPECT_EQ(refused.code, absl::StatusCode::kNotFound);
  EXPECT_EQ(refused.reason, "ResourceNotFound");
  EXPECT_EQ(refused.request_id, "id-2");
}

TEST_F(TencentUpstreamTest, TheVendorsErrorIsPassedOn) {
  const Outcome outcome =
      Answered(200, ErrorReply("MissingParameter",
                               "The request is missing a required parameter "
                               "`Pin`."))
          .outcome;
  EXPECT_EQ(outcome.code, absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(outcome.decided_by, DecidedBy::kVendor);
  EXPECT_EQ(outcome.ran, Ran::kNo);
  EXPECT_EQ(outcome.message,
            "The request is missing a required parameter `Pin`.");
  ASSERT_THAT(outcome.violations, testing::SizeIs(1));
  EXPECT_EQ(outcome.violations[0].field, "Pin");
  EXPECT_THAT(metrics_.Render(), HasSubstr(R"(result="vendor_error"} 1)"));
}

TEST_F(TencentUpstreamTest, NoSecretOfTheRequestIsInAnyOutcome) {
  keys_.Give("2019-02-25", "AKIDfake", "the-token");
  const std::string echo =
      absl::StrCat("parameter `Pin`: ", kPin, ", token the-token");
  for (const Effect effect : {Effect::kRead, Effect::kWrite}) {
    action().effect = effect;
    for (const char* code : {"InvalidParameter", "InternalError", "NewOne"}) {
      const Outcome outcome = Answered(200, ErrorReply(code, echo)).outcome;
      EXPECT_THAT(outcome.message,
                  HasSubstr("parameter `Pin`: ***, token ***"));
      EXPECT_THAT(Text(outcome), Not(HasSubstr("Sesame")));
      EXPECT_THAT(Text(outcome), Not(HasSubstr("the-token")));
    }
  }
}

TEST_F(TencentUpstreamTest, TextsOfTheVendorAreBounded) {
  const Outcome outcome =
      Answered(200, ErrorReply(std::string(5000, 'C'), std::string(5000, 'm')))
          .outcome;
  EXPECT_EQ(outcome.reason.size(), 128);
  EXPECT_EQ(outcome.message.size(), 1024);

  const std::string id = std::string(5000, 'i') + "\\r\\n";
  const Outcome accepted =
      Answered(200, absl::StrCat(R"({"Response":{"RequestId":")", id, R"("}})"))
          .outcome;
  EXPECT_EQ(accepted.request_id, std::string(128, 'i'));
}

TEST_F(TencentUpstreamTest, AnswersWithoutAnEnvelopeAreJudgedByStatus) {
  action().effect = Effect::kRead;
  EXPECT_EQ(Answered(200, "").outcome.reason, reason::kReplyInvalid);
  EXPECT_EQ(Answered(200, "<html>").outcome.reason, reason::kReplyInvalid);
  EXPECT_EQ(Answered(502, "<html>").outcome.reason, reason::kUpstreamBroken);
  EXPECT_THAT(metrics_.Render(), HasSubstr(R"(result="reply_invalid"} 2)"));
  EXPECT_THAT(metrics_.Render(), HasSubstr(R"(result="upstream_broken"} 1)"));
}

TEST_F(TencentUpstreamTest, TheBodyOfAFaultIsNotRead) {
  HttpResult cut;
  cut.fault = HttpFault::kBroken;
  cut.sent = true;
  cut.status = 200;
  cut.body = kReply;
  http_.results.push_back(std::move(cut));
  const AttemptResult result = Attempt();
  EXPECT_EQ(result.outcome.code, absl::StatusCode::kUnknown);
  EXPECT_EQ(result.outcome.reason, reason::kOutcomeUnknown);
  EXPECT_EQ(result.wire, "");
}

TEST_F(TencentUpstreamTest, ATimeOutIsTheCallersOrTheAttempts) {
  action().effect = Effect::kRead;
  EXPECT_EQ(Failed(HttpFault::kTimeout, true).outcome.code,
            absl::StatusCode::kDeadlineExceeded);
  request_.deadline_is_callers = false;
  EXPECT_EQ(Failed(HttpFault::kTimeout, true).outcome.code,
            absl::StatusCode::kUnavailable);
}

TEST_F(TencentUpstreamTest, AFaultOfAWriteIsCountedByItsCause) {
  EXPECT_EQ(Failed(HttpFault::kTimeout, true).outcome.reason,
            reason::kOutcomeUnknown);
  EXPECT_THAT(metrics_.Render(), HasSubstr(R"(result="upstream_timeout"} 1)"));
}

}  // namespace
}  // namespace tcgate
