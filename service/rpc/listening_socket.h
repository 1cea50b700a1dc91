#ifndef TCGATE_SERVICE_RPC_LISTENING_SOCKET_H_
#define TCGATE_SERVICE_RPC_LISTENING_SOCKET_H_

#include <sys/types.h>

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "service/credentials/unique_fd.h"
#include "service/rpc/listen_address.h"

namespace tcgate {

// A socket that listens, and the file that stands for it if it is a Unix one.
// Not thread-safe.
//
// The file has mode 0660: owner and group may connect. It gets the group of its
// folder if that has the setgid bit, which is how a socket is given to one
// caller. What is left of a process that was killed, a socket that nobody
// listens on, is replaced; anything else at the path is left alone.
class ListeningSocket {
 public:
  // Binds and listens. Port 0 takes a free one. kUnavailable: it cannot be
  // bound, such as when another process has it.
  static absl::StatusOr<ListeningSocket> Bind(SocketAddress address);

  ~ListeningSocket() { Close(); }
  ListeningSocket(ListeningSocket&& other) noexcept
      : fd_(std::move(other.fd_)),
        address_(other.address_),
        file_(std::exchange(other.file_, "")),
        device_(other.device_),
        inode_(other.inode_) {}
  ListeningSocket& operator=(ListeningSocket&&) = delete;

  int fd() const { return fd_.get(); }
  // With the port that was chosen.
  const SocketAddress& address() const { return address_; }

  // Removes the file, so that nobody finds the socket any more. Not if another
  // one stands there by now. Further calls do nothing.
  void RemoveFile();

  // Also removes the file.
  void Close();

 private:
  ListeningSocket(UniqueFd fd, const SocketAddress& address);

  UniqueFd fd_;
  SocketAddress address_;
  // Empty: none, or removed.
  std::string file_;
  dev_t device_ = 0;  // Which file it was.
  ino_t inode_ = 0;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_LISTENING_SOCKET_H_
