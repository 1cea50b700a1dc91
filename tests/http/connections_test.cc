#include "service/http/connections.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <future>

#include "tests/http/test_server.h"
#include "tests/support/fake_clock.h"

namespace tcgate {
namespace {

using std::chrono::seconds;

// One connection that rests, to a server that says a word when it is told to.
class ConnectionsTest : public testing::Test {
 protected:
  ConnectionsTest() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(server_.port()));
    socklen_t size = sizeof(address);
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const Connections::Attempt attempt = connections_.Opened(socket_, origin_);
    connect(socket_, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    ends_ = {"127.0.0.1", server_.port(), ntohs(address.sin_port)};
    EXPECT_TRUE(connections_.Connected(attempt, ends_));
    connections_.Rest(socket_);
  }

  ~ConnectionsTest() override {
    if (!spoken_) Speak();
    connections_.Close(socket_);
    close(epoll_);
  }

  void Speak() {
    spoken_ = true;
    speak_.set_value();
  }

  bool MayUse() { return connections_.MayUse(ends_, seconds(50), false); }

  // Waits until epoll tells of the socket.
  void WaitReadable() {
    epoll_event event{};
    ASSERT_EQ(epoll_wait(epoll_, &event, 1, 10'000), 1);
    ASSERT_EQ(event.data.fd, socket_);
  }

  bool spoken_ = false;
  std::promise<void> speak_;
  TestServer server_{[this](TestServer::Connection& connection) {
    speak_.get_future().wait();
    connection.Write("word");
    connection.WaitForClose();
  }};
  FakeClock clock_;
  const int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  Connections connections_{epoll_, clock_};
  Connections::Origin origin_;
  Connections::Ends ends_;
  int socket_ = -1;
};

TEST_F(ConnectionsTest, OneThatSpeaksIsNotUsed) {
  Speak();
  WaitReadable();
  connections_.Spoke(socket_);
  EXPECT_FALSE(MayUse());
}

// An answer that was read since epoll told of it.
TEST_F(ConnectionsTest, OneThatIsSaidToSpeakAndDoesNotIsUsed) {
  connections_.Spoke(socket_);
  EXPECT_TRUE(MayUse());
  EXPECT_EQ(connections_.idle(), 1u);
  Speak();
  WaitReadable();  // It is still watched.
}

TEST_F(ConnectionsTest, OneThatWasIdleForAWhileIsLookedAt) {
  clock_.Advance(Connections::kJustUsed);
  EXPECT_TRUE(MayUse());
  Speak();
  WaitReadable();
  EXPECT_FALSE(MayUse());
}

TEST_F(ConnectionsTest, OneThatWasIdleForTooLongIsNotUsed) {
  clock_.Advance(seconds(50));
  EXPECT_TRUE(MayUse());
  clock_.Advance(seconds(1));
  EXPECT_FALSE(MayUse());
}

}  // namespace
}  // namespace tcgate
