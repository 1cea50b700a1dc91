#ifndef TCGATE_TESTS_HTTP_NAME_SERVER_H_
#define TCGATE_TESTS_HTTP_NAME_SERVER_H_

#include <condition_variable>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "service/base/mutex.h"
#include "service/http/lookup.h"

namespace tcgate {

// Name servers that answer when the test says so: until then lookups hang.
// Shared with lookup threads, which may outlive the test.
class NameServer : public std::enable_shared_from_this<NameServer> {
 public:
  Lookup lookup() {
    return [self = shared_from_this()](const std::string& host) {
      return self->LookUp(host);
    };
  }

  // What lookups of `host` give from now on; those on their way, too.
  void Answer(const std::string& host, LookupResult result) {
    MutexLock lock(mu_);
    answers_[host] = std::move(result);
    changed_.notify_all();
  }
  // Lookups of `host` hang again.
  void Hang(const std::string& host) {
    MutexLock lock(mu_);
    answers_.erase(host);
  }
  // Every lookup ends, now and later.
  void Close() {
    MutexLock lock(mu_);
    closed_ = true;
    changed_.notify_all();
  }

  // Lookups begun so far.
  int lookups() {
    MutexLock lock(mu_);
    return lookups_;
  }
  void WaitForLookups(int count) {
    MutexLock lock(mu_);
    while (lookups_ < count) changed_.wait(mu_);
  }

 private:
  LookupResult LookUp(const std::string& host) {
    MutexLock lock(mu_);
    ++lookups_;
    changed_.notify_all();
    while (!closed_ && answers_.count(host) == 0) changed_.wait(mu_);
    return closed_ ? LookupResult{{}, "closed"} : answers_[host];
  }

  Mutex mu_;
  std::condition_variable_any changed_;
  std::map<std::string, LookupResult> answers_ ABSL_GUARDED_BY(mu_);
  int lookups_ ABSL_GUARDED_BY(mu_) = 0;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_HTTP_NAME_SERVER_H_
