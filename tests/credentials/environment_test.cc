#include "service/credentials/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/fake_environment.h"

namespace tcgate {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kId[] = "TENCENTCLOUD_SECRET_ID";
constexpr char kKey[] = "TENCENTCLOUD_SECRET_KEY";
constexpr char kToken[] = "TENCENTCLOUD_TOKEN";

TEST(Environment, BothVariablesMakeACredential) {
  const auto credential =
      CredentialFromEnvironment(FakeEnvironment{{{kId, "id"}, {kKey, "key"}}});
  ASSERT_TRUE(credential.ok()) << credential.status();
  EXPECT_EQ(credential->secret_id, "id");
  EXPECT_EQ(credential->secret_key.Reveal(), "key");
  EXPECT_EQ(credential->token, "");
}

TEST(Environment, TheTokenMayBeSetOrEmpty) {
  FakeEnvironment environment{{{kId, "id"}, {kKey, "key"}, {kToken, "t"}}};
  EXPECT_EQ(CredentialFromEnvironment(environment)->token, "t");
  environment.variables[kToken] = "";
  EXPECT_EQ(CredentialFromEnvironment(environment)->token, "");
}

TEST(Environment, NothingSetIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(
      CredentialFromEnvironment(FakeEnvironment{{{kToken, "t"}}}).status()));
}

TEST(Environment, HalfACredentialIsAFault) {
  for (const auto& [set, missing] : {std::pair(kId, kKey), {kKey, kId}}) {
    const absl::Status status =
        CredentialFromEnvironment(FakeEnvironment{{{set, "value"}}}).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(absl::StrCat(missing, " is not")));
  }
}

// What a careless copy does to a key. `HIDDEN` marks what no message may show.
class BadValue : public testing::TestWithParam<std::string> {};

TEST_P(BadValue, IsRefusedByNameAndNotShown) {
  for (const char* name : {kId, kKey, kToken}) {
    FakeEnvironment environment{{{kId, "id"}, {kKey, "key"}, {kToken, "t"}}};
    environment.variables[name] = GetParam();
    const absl::Status status = CredentialFromEnvironment(environment).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(name));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("HIDDEN")));
  }
}

INSTANTIATE_TEST_SUITE_P(Table, BadValue,
                         testing::Values(" HIDDEN", "HIDDEN ", "HID HIDDEN",
                                         "HIDDEN\n", "\tHIDDEN", "HIDDEN\r",
                                         "HIDDEN\x7f", "HIDDEN\xc2\xa0"));

TEST(Environment, AValueLongerThanAnyTokenIsRefused) {
  FakeEnvironment environment{{{kId, "id"}, {kKey, std::string(4096, 'k')}}};
  EXPECT_TRUE(CredentialFromEnvironment(environment).ok());
  environment.variables[kKey] += 'k';
  EXPECT_TRUE(absl::IsFailedPrecondition(
      CredentialFromEnvironment(environment).status()));
}

TEST(Environment, AnEmptyKeyIsAFaultAndNotAMissingOne) {
  const absl::Status status =
      CredentialFromEnvironment(FakeEnvironment{{{kId, "id"}, {kKey, ""}}})
          .status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("KEY is empty"));
}

TEST(SandboxCredential, IsNewEachTimeAndFitToSend) {
  const Credential a = MakeSandboxCredential();
  const Credential b = MakeSandboxCredential();
  EXPECT_NE(a.secret_id, b.secret_id);
  EXPECT_NE(a.secret_key.Reveal(), b.secret_key.Reveal());
  EXPECT_TRUE(CheckCredentialPart("id", a.secret_id).ok());
  EXPECT_TRUE(CheckCredentialPart("key", a.secret_key.Reveal()).ok());
}

}  // namespace
}  // namespace tcgate
