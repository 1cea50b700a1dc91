#ifndef TCGATE_SERVICE_RPC_OPEN_CONNECTIONS_H_
#define TCGATE_SERVICE_RPC_OPEN_CONNECTIONS_H_

#include <sys/types.h>

#include <cstddef>
#include <unordered_map>

#include "service/base/mutex.h"

namespace tcgate {

// The connections that were handed to gRPC and are not closed yet. gRPC closes
// them and never says so; a descriptor is taken to be still the same connection
// while `fstat` gives the inode that it had. Thread-safe.
class OpenConnections {
 public:
  // Adds an open connection, or returns false if `most` are open already.
  bool TryAdd(int fd, std::size_t most) ABSL_LOCKS_EXCLUDED(mu_);
  // Costs a system call for each connection.
  std::size_t Count() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void ForgetClosed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  Mutex mu_;
  std::unordered_map<int, ino_t> inodes_ ABSL_GUARDED_BY(mu_);
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_OPEN_CONNECTIONS_H_
