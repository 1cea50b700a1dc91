#ifndef TCGATE_TESTS_GATEWAY_PATH_H_
#define TCGATE_TESTS_GATEWAY_PATH_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/access/access.h"
#include "service/base/random.h"
#include "service/catalog/catalog.h"
#include "service/codec/table.h"
#include "service/gateway/gateway.h"
#include "service/telemetry/metrics.h"
#include "service/upstream/upstream.h"
#include "tests/support/one_host_upstream.h"
#include "tests/support/virtual_loop.h"

namespace tcgate {

// Draws what it was told to; ids are all different.
class FixedRandom final : public Random {
 public:
  double Uniform() override { return draw; }
  std::uint64_t Bits() override { return ++bits_; }
  double draw = 0.5;

 private:
  std::atomic<std::uint64_t> bits_{0};
};

// A call that remembers how it ended.
class TestCall : public Call {
 public:
  void Done(Reply ended) override {
    ++done;
    reply = std::move(ended);
    if (on_done) on_done();
  }
  std::string wire() const { return reply.wire == nullptr ? "" : *reply.wire; }

  int done = 0;
  Reply reply;
  std::function<void()> on_done;
};

// The catalogue that is shipped, built once.
inline std::shared_ptr<const Catalog> ShippedCatalog() {
  static const std::shared_ptr<const Catalog> catalog =
      *Catalog::Build({EmbeddedDescriptors()});
  return catalog;
}

// The whole path but for its ends: a catalogue, a gateway on virtual time, one
// anonymous caller who may do everything, and whoever else is added.
class Path {
 public:
  explicit Path(std::shared_ptr<const Catalog> catalog)
      : catalog_(std::move(catalog)), metrics_(Labels()) {}

  // REQUIRES: before `Open`. The first is the one that calls without an
  // identity use.
  Account& AddAccount(const std::string& name) {
    Account& account = accounts_[name];
    account.name = name;
    account.quota_group = name;
    account.region = "ap-singapore";
    account.index = accounts_.size() - 1;
    CallerRule rule;
    rule.anonymous = accounts_.size() == 1;
    rule.id = "unix:/" + name;
    rule.account = &account;
    rule.actions = {"*"};
    rules_.push_back(std::move(rule));
    return account;
  }

  Account& account(const std::string& name) { return accounts_.at(name); }

  CallerRule& AddRule(CallerRule rule) {
    rules_.push_back(std::move(rule));
    return rules_.back();
  }

  // Times are the catalogue's own unless `options` say.
  void Open(Upstream& upstream, GatewayOptions options = {}) {
    if (options.replies.ttl.empty()) {
      for (const Action& action : catalog_->actions()) {
        options.replies.ttl.push_back(action.cache_ttl);
      }
    }
    options.accounts = accounts_.size();
    access_ = std::make_unique<Access>(rules_, catalog_->actions());
    gateway_ = std::make_unique<Gateway>(*catalog_, tables_, *access_, upstream,
                                         loop(), clock(), random, metrics_,
                                         std::move(options));
  }

  template <typename C = TestCall>
  std::shared_ptr<C> MakeCall(absl::string_view label,
                              std::string request = "") {
    auto call = std::make_shared<C>();
    call->action = catalog_->FindLabel(label);
    call->caller.loopback = true;
    call->request = std::move(request);
    call->deadline = loop().Now() + std::chrono::seconds(30);
    return call;
  }

  // Starts the calls and runs the loop until all are done.
  void Run(const std::vector<std::shared_ptr<TestCall>>& calls) {
    std::size_t left = calls.size();
    for (const auto& call : calls) {
      call->on_done = [&] {
        if (--left == 0) loop().Stop();
      };
      gateway_->Start(call);
    }
    loop().Run();
  }

  // Runs the loop for so long, on its own clock: until whatever was begun and
  // nobody waits for has ended, too.
  void RunFor(std::chrono::seconds time) {
    loop().Post([this, time] { StopIn(loop(), time); });
    loop().Run();
  }
  static Detached StopIn(Loop& loop, std::chrono::seconds time) {
    Cancellation never;
    Sleep sleep = loop.SleepUntil(loop.Now() + time, never);
    co_await sleep;
    loop.Stop();
  }

  Gateway& gateway() { return *gateway_; }
  const Catalog& catalog() const { return *catalog_; }
  Metrics& metrics() { return metrics_; }
  FakeClock& clock() { return virtual_.clock; }
  Loop& loop() { return virtual_.loop; }

  FixedRandom random;

 private:
  std::vector<std::string> Labels() const {
    std::vector<std::string> labels;
    for (const Action& action : catalog_->actions()) {
      labels.push_back(action.label);
    }
    return labels;
  }

  const std::shared_ptr<const Catalog> catalog_;
  Metrics metrics_;
  Tables tables_;
  std::map<std::string, Account> accounts_;
  std::vector<CallerRule> rules_;
  std::unique_ptr<Access> access_;
  VirtualLoop virtual_;
  std::unique_ptr<Gateway> gateway_;
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_GATEWAY_PATH_H_
