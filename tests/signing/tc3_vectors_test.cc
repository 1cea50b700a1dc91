// Published signatures, each stage compared with the published one, in the
// order in which they are computed: the first failure is the fault.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "service/signing/tc3.h"

namespace tcgate::tc3 {
namespace {

using nlohmann::json;

std::vector<json> Vectors() {
  std::ifstream file(TCGATE_TESTDATA "/tc3/vectors.json");
  return json::parse(file).get<std::vector<json>>();
}

class Tc3Vectors : public testing::TestWithParam<json> {
 protected:
  // A reference, since `Request` keeps views of what it is given.
  const std::string& Text(const char* object, const char* member) const {
    return GetParam().at(object).at(member).get_ref<const std::string&>();
  }
  const std::string& Text(const char* member) const {
    return GetParam().at(member).get_ref<const std::string&>();
  }
  const std::string& Expected(const char* stage) const {
    return Text("expected", stage);
  }

  Request MakeRequest() const {
    Request request;
    request.method = Text("request", "method");
    request.query = Text("request", "query");
    request.content_type = Text("request", "content_type");
    request.host = Text("request", "host");
    request.payload = Text("request", "payload");
    for (const json& header : GetParam().at("request").at("more_headers")) {
      request.more_headers.emplace_back(
          header.at(0).get_ref<const std::string&>(),
          header.at(1).get_ref<const std::string&>());
    }
    return request;
  }

  Secret Key() const {
    return DeriveKey(Secret(Text("secret_key")), Date(timestamp_),
                     Text("service"));
  }

  Signer MakeSigner() const {
    return Signer(Text("secret_id"), Date(timestamp_), Text("service"), Key());
  }

  const std::int64_t timestamp_ =
      GetParam().at("timestamp").get<std::int64_t>();
};

TEST_P(Tc3Vectors, EveryStageMatches) {
  const std::string canonical_request = CanonicalRequest(MakeRequest());
  EXPECT_TRUE(
      absl::EndsWith(canonical_request, "\n" + Expected("payload_hash")));
  EXPECT_EQ(canonical_request, Expected("canonical_request"));

  const std::string string_to_sign =
      StringToSign(canonical_request, Text("service"), timestamp_);
  EXPECT_EQ(string_to_sign, Expected("string_to_sign"));

  EXPECT_EQ(absl::BytesToHexString(Key().Reveal()), Expected("key_signing"));
  EXPECT_EQ(MakeSigner().Sign(string_to_sign), Expected("signature"));
}

TEST_P(Tc3Vectors, AllStagesInOneGoGiveTheSame) {
  EXPECT_EQ(MakeSigner().Authorization(MakeRequest(), timestamp_),
            Expected("authorization"));
}

TEST_P(Tc3Vectors, TheOrderAndTheCaseOfMoreHeadersDoNotMatter) {
  const std::string loud_name = "X-TC-Zone";
  Request request = MakeRequest();
  request.more_headers.emplace_back("x-tc-zone", "z");
  const std::string sorted = CanonicalRequest(request);

  std::reverse(request.more_headers.begin(), request.more_headers.end());
  request.more_headers.front() = {loud_name, " Z\t"};
  EXPECT_EQ(CanonicalRequest(request), sorted);
}

INSTANTIATE_TEST_SUITE_P(Published, Tc3Vectors, testing::ValuesIn(Vectors()),
                         [](const testing::TestParamInfo<json>& vector) {
                           return vector.param.at("name").get<std::string>();
                         });

}  // namespace
}  // namespace tcgate::tc3
