// The whole path on virtual time, driven at random: arrivals, cancellations,
// deadlines and faults. Whatever happens, no waiter is lost, no slot leaks, no
// reply goes to the wrong caller, no write runs twice, and own writes are read.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/gateway/model_upstream.h"
#include "tests/gateway/path.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kActions[] = {
    "trro.DescribeProjectList", "trro.DescribeProjectList",
    "trro.GetDevices",          "trro.DescribeDeviceInfo",
    "trro.GetLicenses",         "trro.CreateProject",
    "trro.ModifyDevice",        "trro.BoundLicenses"};
constexpr const char* kAccounts[] = {"default", "second"};
// A caller may be told a little after its deadline: time-outs and the last word
// of an attempt come in rounds of the loop.
constexpr milliseconds kLate{150};

// One life of a gateway.
class Life {
 public:
  explicit Life(unsigned seed, bool hedged)
      : random_(seed), upstream_(path_.loop(), seed, {}) {
    for (const char* name : kAccounts) path_.AddAccount(name);
    GatewayOptions options;
    options.replies.bytes = Pick(2) == 0 ? 4 << 10 : 1 << 20;
    if (Pick(2) == 0) {
      options.replies.stale_while_revalidate = seconds(3);
      options.replies.stale_if_error = seconds(3);
      options.replies.not_found_ttl = seconds(1);
    }
    if (hedged) options.attempts.hedge_after = milliseconds(50);
    options.quota = {.waiting_calls = 40, .waiting_bytes = 1 << 20};
    options.admission = {.calls = 60, .caller_calls = 40};
    path_.random.draw = Pick(100) / 100.0;
    path_.Open(upstream_, std::move(options));
  }

  void Run() {
    path_.loop().Post([this] { Drive(); });
    path_.loop().Run();
    Check();
    // What was left behind would be in the way of one more.
    upstream_.MakeWell();
    auto last = path_.MakeCall("trro.CreateProject");
    path_.Run({last});
    EXPECT_TRUE(last->reply.outcome.ok()) << last->reply.outcome.message;
    path_.RunFor(seconds(60));
  }

 private:
  struct Begun {
    std::shared_ptr<TestCall> call;
    std::string account;
    MonoTime start;
    MonoTime ended;
    // Versions of its tags that had been told to somebody when it began.
    std::map<std::string, std::uint64_t> told;
  };

  int Pick(int below) {
    return std::uniform_int_distribution<>(0, below - 1)(random_);
  }
  milliseconds PickMs(int most) { return milliseconds(Pick(most)); }

  Detached Drive() {
    constexpr int kCalls = 70;
    open_ = kCalls;
    for (int i = 0; i < kCalls; ++i) {
      Sleep pause = path_.loop().SleepUntil(
          path_.loop().Now() + PickMs(Pick(10) == 0 ? 2000 : 60), never_);
      co_await pause;
      Start();
    }
  }

  void Start() {
    auto begun = std::make_shared<Begun>();
    begun->account = kAccounts[Pick(2)];
    begun->call = path_.MakeCall(kActions[Pick(std::size(kActions))]);
    TestCall& call = *begun->call;
    if (begun->account != kAccounts[0] || Pick(2) == 0) {
      call.caller.anonymous = false;
      call.caller.id = "unix:/" + begun->account;
    }
    begun->start = path_.loop().Now();
    call.deadline = begun->start + milliseconds(1) + PickMs(6000);
    call.options.cache.no_cache = Pick(15) == 0;
    if (Pick(15) == 0) call.options.cache.max_age = seconds(Pick(3));
    call.options.cache.only_if_cached =
        Pick(30) == 0 && !call.options.cache.no_cache;
    begun->told = told_[begun->account];
    call.on_done = [this, begun] { End(*begun); };
    begun_.push_back(begun);
    path_.gateway().Start(begun->call);
    if (Pick(8) == 0) CancelIn(*this, begun->call, PickMs(500));
  }

  static Detached CancelIn(Life& self, std::shared_ptr<TestCall> call,
                           milliseconds wait) {
    Sleep sleep = self.path_.loop().SleepUntil(self.path_.loop().Now() + wait,
                                               self.never_);
    co_await sleep;
    self.path_.gateway().Cancel(call);
  }

  void End(Begun& begun) {
    begun.ended = path_.loop().Now();
    const TestCall& call = *begun.call;
    if (call.done == 1 && call.reply.outcome.ok()) {
      const auto seen = ModelUpstream::Parse(call.wire());
      EXPECT_EQ(seen.account, begun.account);
      EXPECT_EQ(call.reply.account, begun.account);
      const bool read = call.action->effect == Effect::kRead;
      for (const auto& [tag, version] : seen.versions) {
        if (read) {
          EXPECT_GE(version, begun.told[tag]) << tag;
        } else {
          std::uint64_t& told = told_[begun.account][tag];
          told = std::max(told, version);
        }
      }
    }
    if (--open_ == 0) path_.loop().Stop();
  }

  void Check() {
    for (const auto& begun : begun_) {
      const TestCall& call = *begun->call;
      const Reply& reply = call.reply;
      SCOPED_TRACE(call.action->label);
      begun->call->on_done = nullptr;  // It holds `begun`.
      EXPECT_EQ(call.done, 1);
      EXPECT_LE(begun->ended, call.deadline + kLate);
      if (call.action->effect != Effect::kWrite || reply.attempts == 0) {
        continue;
      }
      const int ran = upstream_.Executions(reply.traceparent);
      EXPECT_LE(ran, 1);
      if (reply.outcome.ok()) {
        EXPECT_EQ(ran, 1);
      } else if (reply.outcome.ran == Ran::kNo) {
        EXPECT_EQ(ran, 0);
      }
    }
    EXPECT_EQ(path_.gateway().calls_in_flight(), 0);
    EXPECT_EQ(path_.gateway().bytes_in_flight(), 0U);
  }

  std::mt19937 random_;
  Path path_{ShippedCatalog()};
  ModelUpstream upstream_;
  Cancellation never_;
  std::vector<std::shared_ptr<Begun>> begun_;
  std::map<std::string, std::map<std::string, std::uint64_t>> told_;
  int open_ = 0;
};

// TCGATE_SEED runs one seed, TCGATE_SEEDS so many.
int FromEnvironment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

TEST(PathProperty, HoldsForEverySeed) {
  const int only = FromEnvironment("TCGATE_SEED", -1);
  const int seeds = FromEnvironment("TCGATE_SEEDS", 1000);
  for (int seed = only < 0 ? 0 : only; seed < (only < 0 ? seeds : only + 1);
       ++seed) {
    Life(static_cast<unsigned>(seed), seed % 4 == 3).Run();
    if (HasFailure()) {
      FAIL() << "run it again with TCGATE_SEED=" << seed;
    }
  }
}

}  // namespace
}  // namespace tcgate
