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
#include "service/rpc/loopback_address.h"

namespace tcgate {
namespace {

// How long to leave connections in the backlog when there is no descriptor for
// one: chosen, long enough not to spin and short enough not to be noticed.
constexpr int kNoDescriptorPauseMs = 100;

absl::Status CannotListen(absl::string_view address) {
  return absl::UnavailableError(
      absl::StrCat("cannot listen on ", address, ": ",
                   std::system_category().message(errno)));
}

void SetFlag(int fd, int level, int option) {
  const int on = 1;
  // Cannot fail for a socket and these options.
  setsockopt(fd, level, option, &on, sizeof(on));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Bind(
    absl::string_view text, std::size_t max_connections) {
  absl::StatusOr<SocketAddress> address = ParseLoopbackAddress(text);
  if (!address.ok()) return address.status();

  UniqueFd fd(socket(address->get()->sa_family,
                     SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return CannotListen(text);
  // A restart must not wait for connections of the last run to be forgotten.
  // Never SO_REUSEPORT: a second server would silently take half the calls.
  SetFlag(fd.get(), SOL_SOCKET, SO_REUSEADDR);
  if (bind(fd.get(), address->get(), address->length) != 0 ||
      listen(fd.get(), SOMAXCONN) != 0 ||
      getsockname(fd.get(), address->get(), &address->length) != 0) {
    return CannotListen(text);
  }
  UniqueFd wake(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (wake.get() < 0) return CannotListen(text);
  return std::unique_ptr<Listener>(new Listener(
      std::move(fd), std::move(wake), ToText(*address), max_connections));
}

Listener::Listener(UniqueFd socket, UniqueFd wake, std::string address,
                   std::size_t max_connections)
    : socket_(std::move(socket)),
      wake_(std::move(wake)),
      address_(std::move(address)),
      max_connections_(max_connections) {}

void Listener::Start(std::function<void(int fd)> hand_over) {
  hand_over_ = std::move(hand_over);
  thread_ = std::thread(&Listener::Run, this);
}

void Listener::Close() {
  if (thread_.joinable()) {
    eventfd_write(wake_.get(), 1);  // Cannot fail: the counter is 0.
    thread_.join();
  }
  socket_.Close();
}

void Listener::Run() {
  pollfd ready[] = {{wake_.get(), POLLIN, 0}, {socket_.get(), POLLIN, 0}};
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
        accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
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
  SetFlag(fd, IPPROTO_TCP, TCP_NODELAY);
  hand_over_(fd);
}

}  // namespace tcgate
