#ifndef TCGATE_TESTS_SUPPORT_RAW_CLIENT_H_
#define TCGATE_TESTS_SUPPORT_RAW_CLIENT_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace tcgate {

// A blocking client that shows what an HTTP library would hide: every byte, and
// how a connection ended. Gives up after 10 s, which is a failed test.
class RawClient {
 public:
  enum class End { kNone, kClosed, kReset };

  // `address` is `127.0.0.1:PORT`.
  explicit RawClient(const std::string& address)
      : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{10, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(
        std::atoi(address.c_str() + address.rfind(':') + 1)));
    connected_ =
        connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0;
  }
  ~RawClient() { close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  int fd() const { return fd_; }
  // How the connection ended, as far as it was read.
  End end() const { return end_; }

  bool Send(absl::string_view text) const {
    while (!text.empty()) {
      const ssize_t sent = send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Reads one reply by its Content-Length; less if the connection ends.
  std::string ReadReply() {
    std::size_t size = std::string::npos;
    while (pending_.size() < size && Fill()) {
      const std::size_t head = pending_.find("\r\n\r\n");
      if (size != std::string::npos || head == std::string::npos) continue;
      constexpr absl::string_view kLength = "Content-Length: ";
      const std::size_t at = pending_.find(std::string(kLength));
      size = head + 4 +
             static_cast<std::size_t>(
                 std::atoi(pending_.c_str() + at + kLength.size()));
    }
    std::string reply = pending_.substr(0, size);
    pending_.erase(0, size);
    return reply;
  }

  // Reads until the connection ends.
  std::string ReadToEnd() {
    while (Fill()) {
    }
    return std::exchange(pending_, {});
  }

 private:
  bool Fill() {
    char buffer[4096];
    const ssize_t got = recv(fd_, buffer, sizeof(buffer), 0);
    if (got > 0) {
      pending_.append(buffer, static_cast<std::size_t>(got));
    } else if (got == 0) {
      end_ = End::kClosed;
    } else if (errno == ECONNRESET) {
      end_ = End::kReset;
    }
    return got > 0;
  }

  int fd_;
  bool connected_ = false;
  End end_ = End::kNone;
  std::string pending_;
};

// Sends `text` on a connection of its own and reads one reply.
inline std::string RawExchange(const std::string& address,
                               absl::string_view text) {
  RawClient client(address);
  client.Send(text);
  return client.ReadReply();
}

}  // namespace tcgate

#endif  // TCGATE_TESTS_SUPPORT_RAW_CLIENT_H_
