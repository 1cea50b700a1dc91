#include "service/rpc/open_connections.h"

#include <sys/stat.h>

namespace tcgate {
namespace {

// 0 if `fd` is not open; no socket has that inode.
ino_t InodeOf(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

}  // namespace

bool OpenConnections::TryAdd(int fd, std::size_t most) {
  MutexLock lock(mu_);
  // What was remembered under this number is closed, or `fd` were not free.
  inodes_.erase(fd);
  if (inodes_.size() >= most) ForgetClosed();
  if (inodes_.size() >= most) return false;
  inodes_[fd] = InodeOf(fd);
  return true;
}

std::size_t OpenConnections::Count() {
  MutexLock lock(mu_);
  ForgetClosed();
  return inodes_.size();
}

void OpenConnections::ForgetClosed() {
  std::erase_if(inodes_, [](const auto& entry) {
    return InodeOf(entry.first) != entry.second;
  });
}

}  // namespace tcgate
