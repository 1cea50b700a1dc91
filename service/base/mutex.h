#ifndef TCGATE_SERVICE_BASE_MUTEX_H_
#define TCGATE_SERVICE_BASE_MUTEX_H_

#include <mutex>

#include "absl/base/thread_annotations.h"

namespace tcgate {

// `std::mutex` with the annotations that Clang's -Wthread-safety checks.
//
// Not absl::Mutex: Debian builds Abseil without ThreadSanitizer, which then
// cannot see that lock being taken and reports races that are not there.
class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  // Lower case, so that std::condition_variable_any can wait on it.
  void lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mu_.lock(); }
  void unlock() ABSL_UNLOCK_FUNCTION() { mu_.unlock(); }

 private:
  std::mutex mu_;
};

// Holds a `Mutex` while it lives.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mu) ABSL_EXCLUSIVE_LOCK_FUNCTION(mu) : mu_(mu) {
    mu_.lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mu_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mu_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_MUTEX_H_
