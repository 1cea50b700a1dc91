#ifndef TCGATE_SERVICE_RPC_OPEN_SET_H_
#define TCGATE_SERVICE_RPC_OPEN_SET_H_

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "service/base/mutex.h"

namespace tcgate {

// What gRPC has open and a drain must find: keeps each member alive until gRPC
// is done with it. Thread-safe.
template <typename T>
class OpenSet {
 public:
  void Add(std::shared_ptr<T> member) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    members_.insert(std::move(member));
  }

  // Lets go of `member`, which may destroy it.
  void Remove(T* member) ABSL_LOCKS_EXCLUDED(mu_) {
    std::shared_ptr<T> last;  // Destroyed after the lock is released.
    MutexLock lock(mu_);
    const auto found = members_.find(member);
    last = *found;
    members_.erase(found);
  }

  std::size_t size() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    return members_.size();
  }

  std::vector<std::shared_ptr<T>> All() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    return {members_.begin(), members_.end()};
  }

 private:
  mutable Mutex mu_;
  absl::flat_hash_set<std::shared_ptr<T>> members_ ABSL_GUARDED_BY(mu_);
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_OPEN_SET_H_
