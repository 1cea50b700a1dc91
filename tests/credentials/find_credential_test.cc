#include "service/credentials/find_credential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/fake_environment.h"

namespace tcgate {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class FindCredentialTest : public testing::Test {
 protected:
  FindCredentialTest() {
    std::ofstream(file_) << "[default]\nsecret_id=of_file\nsecret_key=key\n";
  }

  void SetEnvironment() {
    environment_.variables["TENCENTCLOUD_SECRET_ID"] = "of_environment";
    environment_.variables["TENCENTCLOUD_SECRET_KEY"] = "key";
  }
  void SetFile(const std::string& file) {
    environment_.variables["TENCENTCLOUD_CREDENTIALS_FILE"] = file;
  }

  const std::string file_ = testing::TempDir() + "tcgate_find_credential";
  FakeEnvironment environment_;
};

TEST_F(FindCredentialTest, TheEnvironmentComesBeforeTheFile) {
  SetFile(file_);
  EXPECT_EQ(FindCredential(DefaultSources(), environment_)->secret_id,
            "of_file");
  SetEnvironment();
  EXPECT_EQ(FindCredential(DefaultSources(), environment_)->secret_id,
            "of_environment");
}

TEST_F(FindCredentialTest, AHalfSetEnvironmentIsNotPassedOver) {
  SetFile(file_);
  environment_.variables["TENCENTCLOUD_SECRET_ID"] = "id";
  const absl::Status status =
      FindCredential(DefaultSources(), environment_).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
}

TEST_F(FindCredentialTest, AConfiguredSourceIsTheOnlyOne) {
  SetFile(file_);
  EXPECT_TRUE(absl::IsNotFound(
      FindCredential(EnvironmentSource(), environment_).status()));
  SetEnvironment();
  EXPECT_EQ(
      FindCredential(ProfileSource{file_, "default"}, environment_)->secret_id,
      "of_file");
}

TEST_F(FindCredentialTest, TheErrorSaysWhatWasTriedAndWhatToDo) {
  SetFile("/nowhere/file");
  const absl::Status status =
      FindCredential(DefaultSources(), environment_).status();
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("environment: TENCENTCLOUD_SECRET_ID and "
                              "TENCENTCLOUD_SECRET_KEY are not set"),
                    HasSubstr("profile file: there is no file /nowhere/file"),
                    HasSubstr("set the two variables, or write secret_id")));
}

}  // namespace
}  // namespace tcgate
