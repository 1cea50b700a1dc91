#include "service/rpc/certificate_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/rpc/test_authority.h"

namespace tcgate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CertificateFilesTest : public testing::Test {
 protected:
  CertificateFilesTest() : first_(authority_.Issue()) {
    folder_ = testing::TempDir() + "tcgate-certificates-XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    Write("s.pem", first_.certificate);
    Write("s.key", first_.key);
    Write("ca.pem", authority_.pem());
  }
  ~CertificateFilesTest() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(Path(name)) << text;
  }
  std::string Path(const std::string& name) const {
    return folder_ + "/" + name;
  }
  absl::StatusOr<std::unique_ptr<CertificateFiles>> Load() {
    return CertificateFiles::Load(
        {Path("s.pem"), Path("s.key"), Path("ca.pem")}, SystemClock(),
        [this](absl::string_view line) { lines_.emplace_back(line); });
  }

  TestAuthority authority_;
  IssuedPair first_;
  std::string folder_;
  std::vector<std::string> lines_;
};

TEST_F(CertificateFilesTest, GivesOutASetOnce) {
  const auto files = *Load();
  const auto set = files->TakeNew();
  ASSERT_NE(set, nullptr);
  EXPECT_EQ(set->chain, first_.certificate);
  EXPECT_EQ(set->key.Reveal(), first_.key);
  EXPECT_EQ(set->client_ca, authority_.pem());
  files->Look();
  EXPECT_EQ(files->TakeNew(), nullptr);
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(CertificateFilesTest, ANewSetIsTakenOverWholeAndSaid) {
  const auto files = *Load();
  files->TakeNew();
  const IssuedPair second = authority_.Issue();
  Write("s.pem", second.certificate);
  files->Look();  // Between the two files.
  EXPECT_EQ(files->TakeNew(), nullptr);
  Write("s.key", second.key);
  files->Look();
  const auto set = files->TakeNew();
  ASSERT_NE(set, nullptr);
  EXPECT_EQ(set->chain, second.certificate);
  EXPECT_EQ(set->key.Reveal(), second.key);
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("new certificates are in use")));
}

TEST_F(CertificateFilesTest, AnotherSetOfAuthoritiesIsANewSet) {
  const auto files = *Load();
  files->TakeNew();
  const TestAuthority other;
  Write("ca.pem", other.pem());
  files->Look();
  const auto set = files->TakeNew();
  ASSERT_NE(set, nullptr);
  EXPECT_EQ(set->client_ca, other.pem());
}

TEST_F(CertificateFilesTest, APairThatDoesNotMatchKeepsTheOldAndIsSaidOnce) {
  const auto files = *Load();
  files->TakeNew();
  Write("s.key", authority_.Issue().key);
  for (int i = 0; i < 5; ++i) files->Look();
  EXPECT_EQ(files->TakeNew(), nullptr);
  EXPECT_THAT(lines_, ElementsAre(HasSubstr(
                          "not the key of the certificate in " + Path("s.pem") +
                          "; the certificates read before stay in use")));
  // Another one that does not match is news.
  Write("s.key", authority_.Issue().key);
  for (int i = 0; i < 5; ++i) files->Look();
  EXPECT_EQ(lines_.size(), 2u);
  // The old one back is none.
  Write("s.key", first_.key);
  files->Look();
  EXPECT_EQ(files->TakeNew(), nullptr);
  EXPECT_EQ(lines_.size(), 2u);
}

TEST_F(CertificateFilesTest, AFileThatIsGoneKeepsTheOldAndIsSaidOnce) {
  const auto files = *Load();
  files->TakeNew();
  std::filesystem::remove(Path("ca.pem"));
  for (int i = 0; i < 5; ++i) files->Look();
  EXPECT_EQ(files->TakeNew(), nullptr);
  EXPECT_THAT(lines_, ElementsAre(HasSubstr(Path("ca.pem"))));
}

TEST_F(CertificateFilesTest, WhatDoesNotHoldAtTheStartIsAMistake) {
  Write("s.key", "words");
  const auto files = Load();
  EXPECT_EQ(files.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(files.status().message()), HasSubstr(Path("s.key")));
  std::filesystem::remove(Path("s.key"));
  const auto missing = Load();
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(missing.status().message()),
              HasSubstr(Path("s.key")));
}

}  // namespace
}  // namespace tcgate
