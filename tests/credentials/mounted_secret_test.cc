#include "service/credentials/mounted_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace tcgate {
namespace {

using testing::HasSubstr;
using testing::Not;

class MountedSecretTest : public testing::Test {
 protected:
  MountedSecretTest() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
  }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name) << text;
  }
  absl::StatusOr<Credential> Read() {
    return CredentialFromMountedSecret({folder_});
  }

  const std::string folder_ = testing::TempDir() + "tcgate_mounted_secret";
};

TEST_F(MountedSecretTest, HasAFileForEachPart) {
  Write("secret_id", "id");
  Write("secret_key", "key");
  auto credential = Read();
  ASSERT_TRUE(credential.ok()) << credential.status();
  EXPECT_EQ(credential->secret_id, "id");
  EXPECT_EQ(credential->secret_key.Reveal(), "key");
  EXPECT_EQ(credential->token, "");
  Write("token", "t");
  EXPECT_EQ(Read()->token, "t");
}

TEST_F(MountedSecretTest, ALineBreakAtTheEndDoesNotCount) {
  Write("secret_id", "id\n");
  Write("secret_key", "key\r\n");
  ASSERT_TRUE(Read().ok()) << Read().status();
  EXPECT_EQ(Read()->secret_id, "id");
  EXPECT_EQ(Read()->secret_key.Reveal(), "key");
}

TEST_F(MountedSecretTest, IsReadThroughLinksAsKubernetesMakesThem) {
  std::filesystem::create_directory(folder_ + "/..2026");
  Write("..2026/secret_id", "id");
  Write("..2026/secret_key", "key");
  std::filesystem::create_symlink("..2026", folder_ + "/..data");
  for (const std::string name : {"secret_id", "secret_key"}) {
    std::filesystem::create_symlink("..data/" + name, folder_ + "/" + name);
  }
  ASSERT_TRUE(Read().ok()) << Read().status();
  EXPECT_EQ(Read()->secret_id, "id");
}

TEST_F(MountedSecretTest, AMissingPartIsNamedAndNoneIsShown) {
  EXPECT_TRUE(absl::IsNotFound(Read().status())) << Read().status();
  Write("secret_id", "id of nobody");
  EXPECT_THAT(std::string(Read().status().message()),
              HasSubstr("secret_id has a blank"));
  EXPECT_THAT(std::string(Read().status().message()), Not(HasSubstr("nobody")));
  Write("secret_id", "id");
  EXPECT_TRUE(absl::IsNotFound(Read().status()));
  EXPECT_THAT(std::string(Read().status().message()), HasSubstr("secret_key"));
  Write("secret_key", "");
  EXPECT_THAT(std::string(Read().status().message()),
              HasSubstr("secret_key is empty"));
}

TEST_F(MountedSecretTest, APipeIsRefusedAndNotWaitedFor) {
  ASSERT_EQ(mkfifo((folder_ + "/secret_id").c_str(), 0600), 0);
  EXPECT_THAT(std::string(Read().status().message()), HasSubstr("is no file"));
}

}  // namespace
}  // namespace tcgate
