#include "service/rpc/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <memory>
#include <string>
#include <vector>

#include "service/base/mutex.h"
#include "service/rpc/listen_address.h"

namespace tcgate {
namespace {

using testing::HasSubstr;

// A client's side of a connection, connected when made.
class Connection {
 public:
  explicit Connection(const std::string& address) {
    const auto to = ParseListenAddress(address);
    fd_ = UniqueFd(socket(to->get()->sa_family, SOCK_STREAM, 0));
    EXPECT_EQ(connect(fd_.get(), to->get(), to->length), 0);
  }
  // Waits for the other side to close.
  bool ClosedByPeer() {
    pollfd waits = {fd_.get(), POLLIN, 0};
    char byte;
    return poll(&waits, 1, 10'000) == 1 && read(fd_.get(), &byte, 1) <= 0;
  }

 private:
  UniqueFd fd_;
};

class ListenerTest : public testing::Test {
 protected:
  void Bind(std::size_t max_connections, const char* address = "127.0.0.1:0") {
    auto listener =
        Listener::Bind(*ParseListenAddress(address), max_connections);
    ASSERT_TRUE(listener.ok()) << listener.status();
    listener_ = *std::move(listener);
  }
  void Start() {
    listener_->Start([this](int fd) {
      MutexLock lock(mu_);
      taken_.emplace_back(fd);
      changed_.notify_all();
    });
  }
  void WaitForTaken(std::size_t count) {
    MutexLock lock(mu_);
    while (taken_.size() < count) changed_.wait(mu_);
  }
  std::size_t taken() {
    MutexLock lock(mu_);
    return taken_.size();
  }

  Mutex mu_;
  std::condition_variable_any changed_;
  std::vector<UniqueFd> taken_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<Listener> listener_;
};

TEST_F(ListenerTest, HandsOverWhatConnectsWithoutDelay) {
  Bind(10);
  Start();
  const Connection client(listener_->address());
  WaitForTaken(1);
  MutexLock lock(mu_);
  int no_delay = 0;
  socklen_t length = sizeof(no_delay);
  EXPECT_EQ(
      getsockopt(taken_[0].get(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &length),
      0);
  EXPECT_NE(no_delay, 0);
}

TEST_F(ListenerTest, ListensOnTheOtherLoopbackToo) {
  Bind(10, "[::1]:0");
  Start();
  const Connection client(listener_->address());
  WaitForTaken(1);
}

TEST_F(ListenerTest, ATakenPortIsAnErrorThatNamesIt) {
  Bind(10);
  const auto second =
      Listener::Bind(*ParseListenAddress(listener_->address()), 10);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()),
              HasSubstr(listener_->address()));
}

TEST_F(ListenerTest, CountsConnectionsUntilTheyAreClosedByWhomever) {
  Bind(10);
  Start();
  const Connection a(listener_->address()), b(listener_->address());
  WaitForTaken(2);
  EXPECT_EQ(listener_->open_connections(), 2u);
  {
    MutexLock lock(mu_);
    taken_.pop_back();
  }
  EXPECT_EQ(listener_->open_connections(), 1u);
}

TEST_F(ListenerTest, ANumberThatIsUsedAgainIsNotTheOldConnection) {
  Bind(10);
  Start();
  const Connection client(listener_->address());
  WaitForTaken(1);
  MutexLock lock(mu_);
  const int number = taken_[0].get();
  ASSERT_EQ(dup2(STDERR_FILENO, number), number);
  EXPECT_EQ(listener_->open_connections(), 0u);
}

TEST_F(ListenerTest, TooManyAreClosedAndRoomIsUsedAgain) {
  Bind(1);
  Start();
  const Connection first(listener_->address());
  WaitForTaken(1);
  Connection second(listener_->address());
  EXPECT_TRUE(second.ClosedByPeer());
  {
    MutexLock lock(mu_);
    taken_.clear();
  }
  const Connection third(listener_->address());
  WaitForTaken(1);
}

TEST_F(ListenerTest, ClosingTakesWhatTheKernelHasConnected) {
  Bind(10);
  const Connection a(listener_->address()), b(listener_->address());
  Start();
  listener_->Close();
  EXPECT_EQ(taken(), 2u);
  const auto again =
      Listener::Bind(*ParseListenAddress(listener_->address()), 10);
  EXPECT_TRUE(again.ok()) << again.status();
}

}  // namespace
}  // namespace tcgate
