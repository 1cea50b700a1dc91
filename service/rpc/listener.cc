#include "service/rpc/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

// How long to leave connections in the backlog when there is no descriptor for
// one: chosen, long enough not to spin and short enough not to be noticed.
constexpr int kNoDescriptorPauseMs = 100;

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Bind(
    const SocketAddress& address, std::size_t max_connections) {
  absl::StatusOr<ListeningSocket> socket = ListeningSocket::Bind(address);
  if (!socket.ok()) return socket.status();
  UniqueFd wake(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (wake.get() < 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", ToText(address), ": ",
                     std::system_category().message(errno)));
  }
  return std::unique_ptr<Listener>(
      new Listener(*std::move(socket), std::move(wake), max_connections));
}

Listener::Listener(ListeningSocket socket, UniqueFd wake,
                   std::size_t max_connections)
    : socket_(std::move(socket)),
      wake_(std::move(wake)),
      max_connections_(max_connections) {}

void Listener::Start(std::function<void(int fd)> hand_over) {
  hand_over_ = std::move(hand_over);
  thread_ = std::thread(&Listener::Run, this);
}

void Listener::Close() {
  socket_.RemoveFile();
  if (thread_.joinable()) {
    eventfd_write(wake_.get(), 1);  // Cannot fail: the counter is 0.
    thread_.join();
  }
  socket_.Close();
}

void Listener::Run() {
  pollfd ready[] = {{wake_.get(), POLLIN, 0}, {socket_.fd(), POLLIN, 0}};
  constexpr int kForever = -1;
  while (true) {
    const bool closing = (ready[0].revents & POLLIN) != 0;
    const bool took_all = AcceptReady();
    if (closing) return;
    if (took_all) {
      poll(ready, 2, kForever);
    } else {
      // Only the wake-up: the socket stays readable all the while.
      poll(ready, 1, kNoDescriptorPauseMs);
    }
  }
}

bool Listener::AcceptReady() {
  while (true) {
    const int fd =
        accept4(socket_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      Take(fd);
      continue;
    }
    switch (errno) {
      case EAGAIN:
        return true;
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM:
        return false;
      default:  // The fault of one connection, such as ECONNABORTED: the next.
        continue;
    }
  }
}

void Listener::Take(int fd) {
  if (!connections_.TryAdd(fd, max_connections_)) {
    close(fd);
    return;
  }
  // Without it gRPC's small writes wait for the peer's delayed acknowledgement,
  // and a tenth of the calls a second gets through.
  // A Unix socket has no such option, and no such wait.
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  hand_over_(fd);
}

}  // namespace tcgate
