#include "service/http/resolver.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

#include "service/base/mutex.h"
#include "service/http/loop.h"

namespace tcgate {
namespace {

// The same addresses, and in the same order but for `last`, if it is there.
std::vector<std::string> WithLast(std::vector<std::string> addresses,
                                  const std::string& last) {
  std::stable_partition(
      addresses.begin(), addresses.end(),
      [&last](const std::string& address) { return address != last; });
  return addresses;
}

}  // namespace

// What lookup threads share with the resolver, which may go before them.
//
// They are detached, against the rule: `getaddrinfo` cannot be interrupted and
// takes as long as the name servers of resolv.conf are silent, and neither a
// drain nor the end of the process may wait for it. What such a thread uses is
// here and in its own closure, so it may end at any time, or never.
class Resolver::Threads : public std::enable_shared_from_this<Threads> {
 public:
  Threads(Resolver& resolver, Loop& loop, Lookup lookup)
      : lookup_(std::move(lookup)), resolver_(&resolver), loop_(loop) {}

  // The resolver goes: results still to come are dropped.
  void Close() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    resolver_ = nullptr;
  }

  void Start(const std::string& host) {
    try {
      std::thread([self = shared_from_this(), host] {
        self->Deliver(host, self->lookup_(host));
      }).detach();
    } catch (const std::system_error& error) {
      Deliver(host, {{}, error.what()});  // No thread to be had.
    }
  }

 private:
  void Deliver(const std::string& host, LookupResult result)
      ABSL_LOCKS_EXCLUDED(mu_) {
    // Held over `Post`, so that the loop cannot go in between; it locks nothing
    // but its own inbox and calls nothing back.
    MutexLock lock(mu_);
    if (resolver_ == nullptr) return;
    loop_.Post([self = shared_from_this(), host,
                result = std::move(result)]() mutable {
      if (Resolver* resolver = self->resolver()) {
        resolver->OnResult(host, std::move(result));
      }
    });
  }

  Resolver* resolver() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    return resolver_;
  }

  const Lookup lookup_;
  Mutex mu_;
  Resolver* resolver_ ABSL_GUARDED_BY(mu_);
  Loop& loop_;  // Used only while `resolver_` is set.
};

Resolver::Resolver(Loop& loop, Lookup lookup)
    : loop_(loop),
      threads_(std::make_shared<Threads>(*this, loop, std::move(lookup))) {}

Resolver::~Resolver() { threads_->Close(); }

void Resolver::Avoid(const std::string& host, const Addresses& tried) {
  Name& name = names_[host];
  if (name.addresses != tried || tried->size() < 2) return;
  name.last = tried->front();
  name.addresses = std::make_shared<const std::vector<std::string>>(
      WithLast(*tried, name.last));
}

Task<Resolution> Resolver::Resolve(std::string host, MonoTime deadline,
                                   Cancellation& cancel) {
  Name& name = names_[host];
  const MonoTime now = loop_.Now();
  const bool usable = name.addresses != nullptr && now < name.usable_until;
  if (name.flight == nullptr && !(usable && now < name.fresh_until)) {
    StartLookup(host);
  }
  if (usable) co_return Resolution{name.addresses, ""};

  const std::shared_ptr<Flight> flight = name.flight;
  Wait wait(loop_, std::min(deadline, now + kPatience), cancel);
  flight->waiters.push_back(&wait);
  const WokenBy woken_by = co_await wait;
  if (woken_by != WokenBy::kNotify) {
    std::erase(flight->waiters, &wait);
    co_return Resolution{nullptr, "the name server did not answer in time"};
  }
  if (flight->result.addresses.empty()) {
    co_return Resolution{nullptr, flight->result.error};
  }
  co_return Resolution{name.addresses, ""};
}

void Resolver::StartLookup(const std::string& host) {
  names_[host].flight = std::make_shared<Flight>();
  queue_.push_back(host);
  RunNext();
}

void Resolver::RunNext() {
  if (queue_.empty() || running_ == kThreads) return;
  ++running_;
  threads_->Start(queue_.front());
  queue_.pop_front();
}

void Resolver::OnResult(const std::string& host, LookupResult result) {
  --running_;
  RunNext();

  Name& name = names_[host];
  const MonoTime now = loop_.Now();
  if (result.addresses.empty()) {
    name.fresh_until = now + kRetry;
  } else {
    result.addresses = WithLast(std::move(result.addresses), name.last);
    // Equal addresses stay the same pointer: nothing has to be told about them.
    if (name.addresses == nullptr || *name.addresses != result.addresses) {
      name.addresses =
          std::make_shared<const std::vector<std::string>>(result.addresses);
    }
    name.fresh_until = now + kFresh;
    name.usable_until = now + kStale;
  }

  // Before anybody runs: who asks again must not join a flight that has ended.
  const std::shared_ptr<Flight> flight = std::move(name.flight);
  name.flight = nullptr;
  flight->result = std::move(result);
  // One at a time: who is resumed may cancel others, which then leave the list.
  while (!flight->waiters.empty()) {
    Wait* const first = flight->waiters.front();
    flight->waiters.erase(flight->waiters.begin());
    first->Notify();
  }
}

}  // namespace tcgate
