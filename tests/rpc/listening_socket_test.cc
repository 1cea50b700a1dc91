#include "service/rpc/listening_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "service/rpc/listen_address.h"

namespace tcgate {
namespace {

using testing::HasSubstr;

TEST(ListenAddressTest, WhatIsReadIsWrittenTheSame) {
  for (const char* text :
       {"127.0.0.1:50051", "127.9.8.7:1", "[::1]:65535", "0.0.0.0:50051",
        "10.1.2.3:0", "[2001:db8::1]:443", "unix:/run/tcgate/a.sock"}) {
    const auto address = ParseListenAddress(text);
    ASSERT_TRUE(address.ok()) << address.status();
    EXPECT_EQ(ToText(*address), text);
  }
}

TEST(ListenAddressTest, KnowsWhatOnlyThisMachineReaches) {
  for (const char* text :
       {"127.0.0.1:1", "127.9.8.7:1", "[::1]:1", "unix:/a"}) {
    EXPECT_TRUE(IsLocal(*ParseListenAddress(text))) << text;
  }
  for (const char* text : {"0.0.0.0:1", "10.0.0.1:1", "128.0.0.1:1", "[::]:1",
                           "[fe80::1]:1", "[::ffff:127.0.0.1]:1"}) {
    EXPECT_FALSE(IsLocal(*ParseListenAddress(text))) << text;
  }
}

TEST(ListenAddressTest, WhatIsNoAddressIsRefused) {
  for (const std::string& text :
       {std::string(), std::string(":"), std::string(":80"),
        std::string("127.0.0.1"), std::string("127.0.0.1:"),
        std::string("127.0.0.1:65536"), std::string("127.0.0.1:-1"),
        std::string("127.0.0.1:x"), std::string("localhost:80"),
        std::string("::1"), std::string("[::1]"), std::string("unix:"),
        std::string("unix:a.sock"), std::string("unix:/a\0b", 9),
        "unix:/" + std::string(107, 'a')}) {
    EXPECT_EQ(ParseListenAddress(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
  EXPECT_TRUE(ParseListenAddress("unix:/" + std::string(106, 'a')).ok());
}

class UnixSocketTest : public testing::Test {
 protected:
  UnixSocketTest() {
    folder_ = testing::TempDir() + "tcgate-sockets-XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    path_ = folder_ + "/a.sock";
    address_ = *ParseListenAddress("unix:" + path_);
  }
  ~UnixSocketTest() override { std::filesystem::remove_all(folder_); }

  bool Connects() const {
    const UniqueFd fd(socket(AF_UNIX, SOCK_STREAM, 0));
    return connect(fd.get(), address_.get(), address_.length) == 0;
  }

  std::string folder_;
  std::string path_;
  SocketAddress address_;
};

TEST_F(UnixSocketTest, OwnerAndGroupMayConnectWhateverTheUmask) {
  for (const mode_t mask : {0000u, 0022u, 0077u}) {
    const mode_t before = umask(mask);
    const auto listening = ListeningSocket::Bind(address_);
    umask(before);
    ASSERT_TRUE(listening.ok()) << listening.status();
    struct stat status;
    ASSERT_EQ(stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0660u);
    EXPECT_TRUE(Connects());
  }
}

TEST_F(UnixSocketTest, TheFileGoesWithTheSocket) {
  {
    const auto listening = ListeningSocket::Bind(address_);
    EXPECT_TRUE(std::filesystem::exists(path_));
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(UnixSocketTest, AnotherFileOfThatNameStays) {
  auto listening = ListeningSocket::Bind(address_);
  unlink(path_.c_str());
  std::ofstream(path_) << "words";
  listening->Close();
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(UnixSocketTest, WhatAKilledProcessLeftIsReplaced) {
  {
    const UniqueFd killed(socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(bind(killed.get(), address_.get(), address_.length), 0);
    ASSERT_EQ(listen(killed.get(), 1), 0);
  }
  ASSERT_TRUE(std::filesystem::exists(path_));
  const auto listening = ListeningSocket::Bind(address_);
  ASSERT_TRUE(listening.ok()) << listening.status();
  EXPECT_TRUE(Connects());
}

TEST_F(UnixSocketTest, ASocketInUseAndAFileAreLeftAlone) {
  const auto first = ListeningSocket::Bind(address_);
  const auto second = ListeningSocket::Bind(address_);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(path_));
  EXPECT_TRUE(Connects());

  const std::string file = folder_ + "/words";
  std::ofstream(file) << "words";
  const auto third = ListeningSocket::Bind(*ParseListenAddress("unix:" + file));
  EXPECT_EQ(third.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST_F(UnixSocketTest, AMissingFolderIsAnErrorThatNamesThePath) {
  const auto listening = ListeningSocket::Bind(
      *ParseListenAddress("unix:" + folder_ + "/missing/a.sock"));
  EXPECT_EQ(listening.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(listening.status().message()),
              HasSubstr("/missing/a.sock"));
}

}  // namespace
}  // namespace tcgate
