#include "service/credentials/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>

#include "tests/support/fake_environment.h"

namespace tcgate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(ParseProfile, TakesTheNamedProfile) {
  constexpr char kText[] =
      "[default]\n"
      "secret_id = id1\n"
      "secret_key = key1\n"
      "[other]\n"
      "secret_id = id2\n"
      "secret_key = key2\n";
  const auto first = ParseProfile(kText, "default", "f");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->secret_id, "id1");
  EXPECT_EQ(first->secret_key.Reveal(), "key1");
  EXPECT_EQ(first->token, "");

  const auto second = ParseProfile(kText, "other", "f");
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->secret_id, "id2");
  EXPECT_EQ(second->secret_key.Reveal(), "key2");
}

// Forms of one and the same profile.
class Spelling : public testing::TestWithParam<const char*> {};

TEST_P(Spelling, IsUnderstood) {
  const auto credential = ParseProfile(GetParam(), "default", "f");
  ASSERT_TRUE(credential.ok()) << credential.status();
  EXPECT_EQ(credential->secret_id, "id");
  EXPECT_EQ(credential->secret_key.Reveal(), "k=y");
}

INSTANTIATE_TEST_SUITE_P(
    Table, Spelling,
    testing::Values("[default]\nsecret_id=id\nsecret_key=k=y",
                    "[default]\r\nsecret_id = id\r\nsecret_key = k=y\r\n",
                    "\xEF\xBB\xBF[default]\nsecret_id=id\nsecret_key=k=y\n",
                    "# c\n\n [default] \n\tsecret_id\t=\tid\n;secret_key = x\n"
                    " secret_key = k=y \n",
                    "[default]\nrole_arn = a b\nsecret_key=k=y\nanything\n"
                    "secret_id=id\n",
                    "[x]\nsecret_id=no\nsecret_id=twice\n[default]\n"
                    "secret_id=id\n[y]\n[default]\nsecret_key=k=y\n"));

struct Fault {
  const char* text;
  absl::StatusCode code;
  const char* message;
};

class Refused : public testing::TestWithParam<Fault> {};

TEST_P(Refused, NamesThePlaceAndShowsNoValue) {
  const absl::Status status =
      ParseProfile(GetParam().text, "default", "a/file").status();
  EXPECT_EQ(status.code(), GetParam().code) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(GetParam().message));
  EXPECT_THAT(std::string(status.message()), HasSubstr("a/file"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("SECRET")));
}

constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kFault = absl::StatusCode::kFailedPrecondition;

INSTANTIATE_TEST_SUITE_P(
    Table, Refused,
    testing::Values(
        Fault{"", kNotFound, "no profile [default]"},
        Fault{"secret_id=SECRET\nsecret_key=SECRET\n", kNotFound, "no profile"},
        Fault{"[Default]\nsecret_id=i\nsecret_key=SECRET\n", kNotFound,
              "no profile"},
        Fault{"[default]\n", kFault, "secret_id of [default]"},
        Fault{"[default]\nsecret_id=i\n", kFault, "secret_key of [default]"},
        Fault{"[default]\nsecret_id=i\nsecret_key=\n", kFault, "is empty"},
        Fault{"[default]\nsecret_id\nsecret_key=SECRET\n", kFault, "is empty"},
        Fault{"[default]\nsecret_id=i\nsecret_key=SECRET SECRET\n", kFault,
              "secret_key of [default] in a/file has a blank"},
        Fault{"[default]\nsecret_id=i\nsecret_key=SECRET\nsecret_key=SECRET\n",
              kFault, "a/file:4: a member is given twice"}));

TEST(DefaultProfileFiles, AreThoseOfTheOfficialSdks) {
  EXPECT_THAT(DefaultProfileFiles(FakeEnvironment{{{"HOME", "/home/u"}}}),
              ElementsAre("/home/u/.tencentcloud/credentials",
                          "/etc/tencentcloud/credentials"));
  EXPECT_THAT(DefaultProfileFiles(FakeEnvironment()),
              ElementsAre("/etc/tencentcloud/credentials"));
  EXPECT_THAT(DefaultProfileFiles(FakeEnvironment{
                  {{"HOME", "/home/u"},
                   {"TENCENTCLOUD_CREDENTIALS_FILE", "/some/file"}}}),
              ElementsAre("/some/file"));
}

class ProfileFileTest : public testing::Test {
 protected:
  std::string Write(const std::string& text) {
    std::string path =
        testing::TempDir() + "tcgate_profile_" +
        testing::UnitTest::GetInstance()->current_test_info()->name();
    std::ofstream(path) << text;
    return path;
  }
};

TEST_F(ProfileFileTest, AFileIsReadWhole) {
  const std::string path = Write("[p]\nsecret_id=id\nsecret_key=key\n");
  const auto credential = CredentialFromProfile({path, "p"}, FakeEnvironment());
  ASSERT_TRUE(credential.ok()) << credential.status();
  EXPECT_EQ(credential->secret_key.Reveal(), "key");
}

TEST_F(ProfileFileTest, ALargeFileIsRefused) {
  const std::string path = Write(std::string(64 * 1024 + 1, '#'));
  const absl::Status status =
      CredentialFromProfile({path, "p"}, FakeEnvironment()).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("larger than 64 KiB"));
}

TEST_F(ProfileFileTest, AMissingFileIsNotFoundAndNamed) {
  const absl::Status status =
      CredentialFromProfile({"/nowhere/file", "p"}, FakeEnvironment()).status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nowhere/file"));
}

TEST_F(ProfileFileTest, AFileThatCannotBeReadIsAFaultAndNotAMissingOne) {
  const absl::Status status =
      CredentialFromProfile({testing::TempDir(), "p"}, FakeEnvironment())
          .status();
  EXPECT_FALSE(status.ok());
  EXPECT_FALSE(absl::IsNotFound(status)) << status;
}

}  // namespace
}  // namespace tcgate
