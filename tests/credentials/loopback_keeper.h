#ifndef TCGATE_TESTS_CREDENTIALS_LOOPBACK_KEEPER_H_
#define TCGATE_TESTS_CREDENTIALS_LOOPBACK_KEEPER_H_

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "service/credentials/keeper_frame.h"
#include "service/credentials/keeper_link.h"
#include "service/credentials/unique_fd.h"

namespace tcgate {

// Answers the requests of one `KeeperLink` on a thread, by a function that may
// be a real keeper's or lie. An empty answer hangs up.
class LoopbackKeeper {
 public:
  using Answer = std::function<std::string(absl::string_view)>;

  explicit LoopbackKeeper(Answer answer) : answer_(std::move(answer)) {
    std::array<int, 2> ends;
    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data());
    ours_ = UniqueFd(ends[0]);
    theirs_ = UniqueFd(ends[1]);
    thread_ = std::thread(&LoopbackKeeper::Serve, this);
  }
  ~LoopbackKeeper() {
    HangUp();
    thread_.join();
  }

  // The gateway's end; may be called once.
  KeeperLink TakeLink() { return KeeperLink(std::move(theirs_)); }

  // Dies, as far as the other end can tell.
  void HangUp() { shutdown(ours_.get(), SHUT_RDWR); }

  int requests() const { return requests_; }

 private:
  void Serve() {
    std::array<char, kMaxFrameBytes> packet;
    for (;;) {
      const ssize_t size = recv(ours_.get(), packet.data(), packet.size(), 0);
      if (size <= 0) return;
      ++requests_;
      const std::string answer =
          answer_({packet.data(), static_cast<std::size_t>(size)});
      if (answer.empty()) return HangUp();
      send(ours_.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }

  const Answer answer_;
  UniqueFd ours_;
  UniqueFd theirs_;
  std::atomic<int> requests_{0};
  std::thread thread_;
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_CREDENTIALS_LOOPBACK_KEEPER_H_
