#include "service/rpc/listening_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

constexpr mode_t kFileMode = 0660;

absl::Status CannotListen(const SocketAddress& address) {
  return absl::UnavailableError(
      absl::StrCat("cannot listen on ", ToText(address), ": ",
                   std::system_category().message(errno)));
}

std::string FileOf(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr_un*>(address.get())->sun_path;
}

// Whether a socket is at the path and nobody listens on it.
bool IsLeftOver(const SocketAddress& address) {
  struct stat status;
  if (lstat(FileOf(address).c_str(), &status) != 0 ||
      !S_ISSOCK(status.st_mode)) {
    return false;
  }
  const UniqueFd probe(
      socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  return probe.get() >= 0 &&
         connect(probe.get(), address.get(), address.length) != 0 &&
         errno == ECONNREFUSED;
}

bool BindUnix(int fd, const SocketAddress& address) {
  // The file gets at most the mode of the socket, less the umask: nobody else
  // can connect before the mode is set.
  fchmod(fd, kFileMode);
  if (bind(fd, address.get(), address.length) != 0) {
    if (errno != EADDRINUSE) return false;
    const bool left_over = IsLeftOver(address);
    errno = EADDRINUSE;
    if (!left_over || unlink(FileOf(address).c_str()) != 0 ||
        bind(fd, address.get(), address.length) != 0) {
      return false;
    }
  }
  return chmod(FileOf(address).c_str(), kFileMode) == 0;
}

bool BindIp(int fd, const SocketAddress& address) {
  // A restart must not wait for connections of the last run to be forgotten.
  // Never SO_REUSEPORT: a second server would silently take half the calls.
  // Cannot fail for a socket and this option.
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  return bind(fd, address.get(), address.length) == 0;
}

}  // namespace

absl::StatusOr<ListeningSocket> ListeningSocket::Bind(SocketAddress address) {
  UniqueFd fd(socket(address.get()->sa_family,
                     SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return CannotListen(address);
  const bool bound = address.is_unix() ? BindUnix(fd.get(), address)
                                       : BindIp(fd.get(), address);
  if (!bound) return CannotListen(address);
  // From here on the file is removed where something fails.
  ListeningSocket listening(std::move(fd), address);
  if (listen(listening.fd(), SOMAXCONN) != 0) return CannotListen(address);
  if (!address.is_unix() &&
      getsockname(listening.fd(), listening.address_.get(),
                  &listening.address_.length) != 0) {
    return CannotListen(address);
  }
  return listening;
}

ListeningSocket::ListeningSocket(UniqueFd fd, const SocketAddress& address)
    : fd_(std::move(fd)), address_(address) {
  if (!address_.is_unix()) return;
  struct stat status;
  if (stat(FileOf(address_).c_str(), &status) != 0) return;
  file_ = FileOf(address_);
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

void ListeningSocket::RemoveFile() {
  const std::string file = std::exchange(file_, "");
  struct stat status;
  if (!file.empty() && stat(file.c_str(), &status) == 0 &&
      status.st_dev == device_ && status.st_ino == inode_) {
    unlink(file.c_str());
  }
}

void ListeningSocket::Close() {
  RemoveFile();
  fd_.Close();
}

}  // namespace tcgate
