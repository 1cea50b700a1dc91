#include "service/sandbox/authorization.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "tests/sandbox/signed_request.h"

namespace tcgate {
namespace {

using nlohmann::json;

// The published vectors: requests of clients that are not ours.
class VectorTest : public testing::TestWithParam<json> {
 protected:
  VectorTest() {
    const json& sent = GetParam()["request"];
    request_.method = sent["method"];
    request_.target = "/?" + sent["query"].get<std::string>();
    request_.body = sent["payload"];
    request_.headers = {{"content-type", sent["content_type"]},
                        {"host", sent["host"]}};
    for (const json& header : sent["more_headers"]) {
      request_.headers.emplace_back(header[0], header[1]);
    }
    authorization_ = ParseAuthorization(
        GetParam()["expected"]["authorization"].get<std::string>());
  }

  bool Matches() const {
    return authorization_.has_value() &&
           SignatureMatches(
               request_, *authorization_,
               GetParam()["timestamp"].get<std::int64_t>(),
               Secret(GetParam()["secret_key"].get<std::string>()));
  }

  HttpServer::Request request_;
  std::optional<Authorization> authorization_;
};

TEST_P(VectorTest, IsTaken) {
  ASSERT_TRUE(authorization_.has_value());
  EXPECT_EQ(GetParam()["secret_id"], authorization_->secret_id);
  EXPECT_EQ(GetParam()["service"], authorization_->service);
  EXPECT_TRUE(Matches());
}

TEST_P(VectorTest, IsRefusedWithOneByteChanged) {
  const HttpServer::Request original = request_;
  request_.body += ' ';
  EXPECT_FALSE(Matches());
  request_ = original;
  request_.target += 'x';
  EXPECT_FALSE(Matches());
  for (std::size_t i = 0; i < original.headers.size(); ++i) {
    request_ = original;
    request_.headers[i].second += 'x';
    EXPECT_FALSE(Matches()) << request_.headers[i].first;
  }
  request_ = original;
  for (char& digit : authorization_->signature) {
    const char before = std::exchange(digit, digit == '0' ? '1' : '0');
    EXPECT_FALSE(Matches());
    digit = before;
  }
  authorization_->signature.pop_back();
  EXPECT_FALSE(Matches());
}

std::vector<json> Vectors() {
  std::ifstream file(TCGATE_TESTDATA "/tc3/vectors.json");
  return json::parse(file).get<std::vector<json>>();
}

INSTANTIATE_TEST_SUITE_P(Published, VectorTest, testing::ValuesIn(Vectors()),
                         [](const testing::TestParamInfo<json>& vector) {
                           return vector.param["name"].get<std::string>();
                         });

TEST(AuthorizationTest, ThereAreNineVectors) {
  EXPECT_EQ(Vectors().size(), 9U);
}

TEST(AuthorizationTest, AnotherFormIsNoAuthorization) {
  const std::string good =
      "TC3-HMAC-SHA256 Credential=id/2019-02-25/trro/tc3_request, "
      "SignedHeaders=content-type;host, Signature=00";
  ASSERT_TRUE(ParseAuthorization(good).has_value());
  const std::pair<std::string, std::string> changes[] = {
      {"TC3-HMAC-SHA256", "TC2-HMAC-SHA256"},
      {"/tc3_request", ""},
      {"tc3_request", "aws4_request"},
      {"id/", "i/d/"},
      {"content-type;", ""},
      {";host", ""},
      {"Signature=", "Sig="},
      {"Credential=", ""},
  };
  for (const auto& [from, to] : changes) {
    EXPECT_FALSE(
        ParseAuthorization(absl::StrReplaceAll(good, {{from, to}})).has_value())
        << from;
  }
  EXPECT_FALSE(ParseAuthorization("").has_value());
  EXPECT_FALSE(ParseAuthorization("SKIP").has_value());
}

}  // namespace
}  // namespace tcgate
