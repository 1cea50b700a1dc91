#include "service/sandbox/vendor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/sandbox/signed_request.h"
#include "tests/support/fake_clock.h"

namespace tcgate {
namespace {

using nlohmann::json;

class VendorTest : public testing::Test {
 protected:
  json Answer(const HttpServer::Request& request) {
    last_ = vendor_.Answer(request);
    return json::parse(last_.body)["Response"];
  }
  json Answer(const SignedRequest& request) { return Answer(request.Build()); }

  // The code of a refusal, empty if the action ran.
  std::string Code(const HttpServer::Request& request) {
    const json response = Answer(request);
    EXPECT_EQ(last_.status, 200U);
    EXPECT_EQ(last_.content_type, "application/json");
    EXPECT_FALSE(response.value("RequestId", "").empty());
    return response.contains("Error") ? response["Error"]["Code"] : "";
  }
  std::string Code(const SignedRequest& request) {
    return Code(request.Build());
  }

  json Stats() { return json::parse(vendor_.stats().Render()); }

  FakeClock clock_;
  Vendor vendor_{TestCredentials(), ShippedCatalog(), clock_, true};
  HttpServer::Reply last_;
};

TEST_F(VendorTest, TakesWhatOfficialClientsSend) {
  const SignedRequest usual;
  EXPECT_EQ(Code(usual), "");

  std::vector<std::pair<const char*, SignedRequest>> forms;
  const auto form = [&](const char* name) -> SignedRequest& {
    return forms.emplace_back(name, SignedRequest()).second;
  };
  form("action signed").sign_action = true;
  form("java's content type").content_type = "application/json; charset=utf-8";
  form("any content type").content_type = "text/x-anything";
  form("unsigned payload").unsigned_payload = true;
  form("node's host without port").signed_host = "127.0.0.1";
  form("service of an address").service = "127";
  SignedRequest& name = form("service of a name");
  name.host = name.signed_host = name.service = "localhost:8180";
  SignedRequest& host = form("the vendor's host");
  host.host = host.signed_host = "trro.tencentcloudapi.com";
  form("a region").region = "ap-singapore";
  SignedRequest& url = form("tccli's host over plain HTTP");
  url.host.insert(0, "http://");
  url.signed_host = url.host;
  SignedRequest& get = form("get");
  get.method = "GET";
  get.content_type = "application/x-www-form-urlencoded";
  get.query = "PageSize=10&PageNum=1";
  get.body = "";
  SignedRequest& empty = form("get without parameters");
  empty = get;
  empty.action = "GetLicenseStat";
  empty.query = "";
  SignedRequest& temporary = form("temporary key");
  temporary.secret_id = "AKIDtemporary";
  temporary.secret_key = "another-key";
  temporary.token = "the-token";
  for (const auto& [what, request] : forms) {
    EXPECT_EQ(Code(request), "") << what << "\n" << last_.body;
  }

  HttpServer::Request question_mark = empty.Build();
  question_mark.target = "/?";
  EXPECT_EQ(Code(question_mark), "");
}

TEST_F(VendorTest, RefusesWithTheVendorsCode) {
  struct Row {
    const char* code;
    std::function<void(SignedRequest&)> change;
  };
  const Row rows[] = {
      {"InvalidAction", [](auto& r) { r.action = "GetDevice"; }},
      {"InvalidAction",
       [](auto& r) { r.action = "DescribeTrtcInteractiveTime"; }},
      {"NoSuchVersion", [](auto& r) { r.version = "2022-03-26"; }},
      {"NoSuchVersion", [](auto& r) { r.version = "2019-07-22"; }},
      {"MissingParameter", [](auto& r) { r.action = ""; }},
      {"MissingParameter", [](auto& r) { r.version = ""; }},
      {"AuthFailure.InvalidAuthorization", [](auto& r) { r.service = "cvm"; }},
      {"AuthFailure.SecretIdNotFound", [](auto& r) { r.secret_id = "AKIDx"; }},
      {"AuthFailure.SignatureFailure",
       [](auto& r) { r.secret_key.push_back('x'); }},
      {"AuthFailure.SignatureFailure",
       [](auto& r) { r.signed_host = "trro.tencentcloudapi.com"; }},
      {"AuthFailure.TokenFailure", [](auto& r) { r.token.push_back('x'); }},
      {"AuthFailure.TokenFailure",
       [](auto& r) {
         r.secret_id = "AKIDtemporary";
         r.secret_key = "another-key";
       }},
      {"UnsupportedRegion",
       [](auto& r) {
         r.action = "DescribeTrtcInteractiveTime";
         r.version = "2019-07-22";
         r.service = "trtc";
         r.region = "ap-singapore";
         r.body = R"({"StartTime":"2020-09-07","EndTime":"2020-09-08"})";
       }},
      {"UnknownParameter", [](auto& r) { r.body = R"({"Page":1})"; }},
      {"InvalidParameter", [](auto& r) { r.body = R"({"PageNum":"x"})"; }},
      {"InvalidParameter", [](auto& r) { r.body = "[]"; }},
      {"InvalidParameter", [](auto& r) { r.body = R"({"PageNum":1)"; }},
      {"InvalidParameter", [](auto& r) { r.body = ""; }},
      {"MissingParameter", [](auto& r) { r.body = R"({"PageNum":1})"; }},
      {"InvalidParameterValue",
       [](auto& r) {
         r.action = "DescribeSessionStatisticsByInterval";
         r.body = R"({"ProjectId":"p","StatisticInterval":"week"})";
       }},
      {"UnsupportedProtocol", [](auto& r) { r.method = "PUT"; }},
      {"RequestSizeLimitExceeded",
       [](auto& r) {
         r.method = "GET";
         r.query = "A=" + std::string(32 << 10, 'x');
       }},
  };
  for (const Row& row : rows) {
    SignedRequest request;
    row.change(request);
    EXPECT_EQ(Code(request), row.code) << request.Text();
  }
  EXPECT_EQ(Stats()["executions"], 0);
  EXPECT_EQ(Stats()["refusals"]["NoSuchVersion"], 2);
}

TEST_F(VendorTest, RefusesAHeaderThatIsMissingOrWasChanged) {
  const auto without = [](absl::string_view name, std::string value) {
    HttpServer::Request request = SignedRequest().Build();
    for (auto& [key, old] : request.headers) {
      if (key == name) old = value;
    }
    return request;
  };
  EXPECT_EQ(Code(without("authorization", "")),
            "AuthFailure.InvalidAuthorization");
  EXPECT_EQ(Code(without("authorization", "SKIP")),
            "AuthFailure.InvalidAuthorization");
  EXPECT_EQ(Code(without("x-tc-timestamp", "")), "MissingParameter");
  EXPECT_EQ(Code(without("x-tc-timestamp", "now")), "InvalidParameter");
  EXPECT_EQ(Code(without("x-tc-timestamp", absl::StrCat(kTestTime + 1))),
            "AuthFailure.SignatureFailure");
  EXPECT_EQ(Code(without("content-type", "application/json;charset=utf-8")),
            "AuthFailure.SignatureFailure");
  EXPECT_EQ(Code(without("x-tc-content-sha256", "UNSIGNED-PAYLOAD")), "");
  HttpServer::Request large = SignedRequest().Build();
  large.too_large = true;
  EXPECT_EQ(Code(large), "RequestSizeLimitExceeded");
}

TEST_F(VendorTest, TakesATimestampUpToFiveMinutesAway) {
  for (const int sign : {-1, 1}) {
    SignedRequest request;
    request.timestamp = kTestTime + 300 * sign;
    EXPECT_EQ(Code(request), "");
    request.timestamp = kTestTime + 301 * sign;
    EXPECT_EQ(Code(request), "AuthFailure.SignatureExpire");
  }
}

TEST_F(VendorTest, RefusesADateThatIsNotThatOfTheTimestamp) {
  HttpServer::Request request = SignedRequest().Build();
  for (auto& [name, value] : request.headers) {
    if (name == "authorization")
      value.replace(value.find("2019-02-25"), 10, "2019-02-24");
  }
  EXPECT_EQ(Code(request), "AuthFailure.InvalidAuthorization");
}

TEST_F(VendorTest, TheFirstFaultInOrderIsAnswered) {
  SignedRequest request;
  request.body = R"({"PageNum":"x","Nope":1})";
  request.secret_key = "x";
  request.secret_id = "AKIDx";
  request.timestamp = 0;
  EXPECT_EQ(Code(request), "AuthFailure.SignatureExpire");
  request.timestamp = kTestTime;
  EXPECT_EQ(Code(request), "AuthFailure.SecretIdNotFound");
  request.secret_id = kTestId;
  EXPECT_EQ(Code(request), "AuthFailure.SignatureFailure");
  request.secret_key = kTestKey;
  EXPECT_EQ(Code(request), "UnknownParameter");
  request.body = R"({"PageNum":"x"})";
  EXPECT_EQ(Code(request), "InvalidParameter");
  request.body = R"({"PageNum":1})";
  EXPECT_EQ(Code(request), "MissingParameter");
}

TEST_F(VendorTest, MessagesAreTheVendorsWhereTheyAreKnown) {
  SignedRequest request;
  request.secret_key = "x";
  EXPECT_EQ(Answer(request)["Error"]["Message"],
            "The provided credentials could not be validated. Please check "
            "your signature is correct.");
  request = {};
  request.body = R"({"PageNum":1})";
  EXPECT_EQ(Answer(request)["Error"]["Message"],
            "The request is missing a required parameter `PageSize`.");
}

TEST_F(VendorTest, EveryReplyHasARequestIdOfItsOwn) {
  const std::string first = Answer(SignedRequest())["RequestId"];
  EXPECT_NE(Answer(SignedRequest())["RequestId"], first);
}

TEST_F(VendorTest, AnswersEveryActionOfTheCatalogue) {
  for (const Action& action : ShippedCatalog().actions()) {
    SignedRequest request;
    request.action = action.name;
    request.version = action.product->version;
    request.service = action.product->code;
    request.body = "{}";
    const std::string code = Code(request);
    // Two look for a task by what is not required.
    EXPECT_TRUE(code.empty() || code == "MissingParameter" ||
                code == "FailedOperation.TaskNotExist")
        << action.label << ": " << code;
  }
}

TEST_F(VendorTest, WhatIsNoUtf8IsAnsweredAllTheSame) {
  SignedRequest request;
  request.action = "Get\xff";
  EXPECT_EQ(Code(request), "InvalidAction");
}

TEST_F(VendorTest, CountsByActionWhatRanAndWhatWasRefused) {
  Code(SignedRequest());
  SignedRequest refused;
  refused.body = R"({"PageNum":1})";
  Code(refused);
  refused.action = "Nope";
  Code(refused);
  EXPECT_EQ(Stats(), json::parse(R"({
    "connections": 0, "executions": 1,
    "refusals": {"MissingParameter": 1, "InvalidAction": 1},
    "actions": {
      "trro.GetDevices": {"executions": 1, "refusals": {"MissingParameter": 1}},
      "unknown": {"executions": 0, "refusals": {"InvalidAction": 1}}}})"));
}

TEST_F(VendorTest, AFaultRefusesOrSpoilsAndCountsWhatRan) {
  const auto with = [&](Fault fault) {
    vendor_.faults().Replace({fault});
    return vendor_.Answer(SignedRequest().Build());
  };
  Fault fault;
  fault.kind = Fault::Kind::kLimit;
  EXPECT_THAT(with(fault).body,
              testing::HasSubstr(
                  "\"Code\":\"RequestLimitExceeded\",\"Message\":\"Your "
                  "current request times equals to `21` in a second, which "
                  "exceeds the frequency limit `20` for a second. Please "
                  "reduce the frequency of calls.\""));
  fault.code = "RequestLimitExceeded.UinLimitExceeded";
  EXPECT_THAT(with(fault).body, testing::HasSubstr(fault.code));
  fault.kind = Fault::Kind::kStatus;
  EXPECT_EQ(with(fault).status, 502U);
  fault.kind = Fault::Kind::kNotJson;
  EXPECT_EQ(with(fault).status, 200U);
  EXPECT_FALSE(json::accept(with(fault).body));
  EXPECT_EQ(Stats()["executions"], 0);

  fault.kind = Fault::Kind::kLatency;
  fault.ms = std::chrono::milliseconds(7);
  EXPECT_EQ(with(fault).delay.count(), 7);
  fault.kind = Fault::Kind::kReset;
  EXPECT_EQ(with(fault).sent, HttpServer::Sent::kHalfAndReset);
  fault.kind = Fault::Kind::kTruncate;
  EXPECT_EQ(with(fault).sent, HttpServer::Sent::kHalf);
  fault.kind = Fault::Kind::kCloseAfterRead;
  EXPECT_EQ(with(fault).sent, HttpServer::Sent::kNothing);
  EXPECT_EQ(Stats()["executions"], 4);
}

TEST_F(VendorTest, EachKeyIsAnAccountOfItsOwn) {
  SignedRequest remove;
  remove.action = "DeleteProject";
  remove.body = R"({"ProjectId":"f3glr49r3axn0fu2"})";
  EXPECT_EQ(Code(remove), "");
  EXPECT_EQ(Code(remove), "FailedOperation");
  remove.secret_id = "AKIDtemporary";
  remove.secret_key = "another-key";
  remove.token = "the-token";
  EXPECT_EQ(Code(remove), "");
}

TEST_F(VendorTest, TheRateIsJudgedBehindTheSignatureAndBeforeParameters) {
  SignedRequest request;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Code(request), "");
  request.body = R"({"Nope":1})";
  EXPECT_EQ(Code(request), "RequestLimitExceeded");
  request.secret_key = "x";
  EXPECT_EQ(Code(request), "AuthFailure.SignatureFailure");
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Code(SignedRequest()), "");
}

TEST_F(VendorTest, ASkewedClockJudgesAndShowsItsOwnTime) {
  const auto date = [&](const SignedRequest& request) {
    return vendor_.Answer(request.Build()).more_headers;
  };
  EXPECT_THAT(date({}), testing::ElementsAre(testing::Pair(
                            "Date", "Mon, 25 Feb 2019 16:44:25 GMT")));
  Fault fault;
  fault.kind = Fault::Kind::kClockSkew;
  fault.ms = std::chrono::minutes(10);
  vendor_.faults().Replace({fault});
  EXPECT_EQ(Code(SignedRequest()), "AuthFailure.SignatureExpire");
  SignedRequest corrected;
  corrected.timestamp = kTestTime + 600;
  EXPECT_EQ(Code(corrected), "");
  EXPECT_THAT(date(corrected), testing::ElementsAre(testing::Pair(
                                   "Date", "Mon, 25 Feb 2019 16:54:25 GMT")));
}

}  // namespace
}  // namespace tcgate
