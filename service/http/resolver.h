#ifndef TCGATE_SERVICE_HTTP_RESOLVER_H_
#define TCGATE_SERVICE_HTTP_RESOLVER_H_

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "service/base/clock.h"
#include "service/http/lookup.h"
#include "service/http/task.h"
#include "service/http/wait.h"

namespace tcgate {

class Cancellation;
class Loop;

// Addresses of a host. Immutable and shared: the same pointer is the same set.
using Addresses = std::shared_ptr<const std::vector<std::string>>;

// The end of one wait for a name.
struct Resolution {
  Addresses addresses;  // Null: not found, or not in time; `error` says why.
  std::string error;
};

// Finds the addresses of upstream hosts without ever holding up the loop: each
// lookup has a thread of its own, at most `kThreads` at a time, and one lookup
// serves everybody who waits for that name.
//
// A found name is used for `kFresh`, then renewed in the background while it is
// still used, for up to `kStale`: calls wait for the first lookup only, and a
// name server that is down for minutes is not noticed. A failure is not kept.
//
// Names come from the configuration, so their number is not bounded here.
//
// Lives on the loop's thread; may be destroyed once the loop has stopped, and
// does not wait for lookups then: see `Threads` in the .cc.
class Resolver {
 public:
  // Chosen. Upstream changes addresses by the minute, hence kFresh.
  static constexpr std::chrono::seconds kFresh{30};
  static constexpr std::chrono::minutes kStale{10};
  static constexpr std::chrono::seconds kRetry{1};  // After a failed renewal.
  // The system's resolver asks the next name server after 5 s (resolv.conf(5)):
  // one that is silent for so long does not answer.
  static constexpr std::chrono::seconds kPatience{5};
  static constexpr int kThreads = 4;

  // `loop` must outlive it.
  explicit Resolver(Loop& loop, Lookup lookup = SystemLookup);
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  ~Resolver();

  // Gives the addresses of `host` by `deadline`, and within `kPatience`.
  Task<Resolution> Resolve(std::string host, MonoTime deadline,
                           Cancellation& cancel);

  // The first of `tried`, which `Resolve` gave for `host`, was not connected
  // to. It is the last from now on, also of what is found later: libcurl waits
  // for the first for minutes, and for as long as that is silent tries no
  // other.
  void Avoid(const std::string& host, const Addresses& tried);

  // Lookups that have a thread now, at most `kThreads`.
  int running_lookups() const { return running_; }

 private:
  class Threads;

  // One lookup that is on its way, and who waits for it.
  struct Flight {
    std::vector<Wait*> waiters;
    LookupResult result;
  };
  struct Name {
    Addresses addresses;  // Null before the first success.
    std::string last;     // An address that is to be the last one, or empty.
    MonoTime fresh_until;
    MonoTime usable_until;
    std::shared_ptr<Flight> flight;  // Null: no lookup is on its way.
  };

  void StartLookup(const std::string& host);
  void RunNext();
  void OnResult(const std::string& host, LookupResult result);

  Loop& loop_;
  std::map<std::string, Name> names_;  // Nodes stay where they are.
  std::deque<std::string> queue_;      // Lookups for which no thread is free.
  int running_ = 0;
  std::shared_ptr<Threads> threads_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_RESOLVER_H_
