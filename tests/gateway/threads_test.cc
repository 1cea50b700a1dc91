// The whole path with many threads at its edge and virtual time on its loop.
// Worthless alone and valuable under ThreadSanitizer.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "service/base/mutex.h"
#include "tests/gateway/model_upstream.h"
#include "tests/gateway/path.h"

namespace tcgate {
namespace {

using std::chrono::seconds;

// A call that another thread waits for.
class AwaitedCall final : public TestCall {
 public:
  void Done(Reply ended) override {
    TestCall::Done(std::move(ended));
    ended_.store(true, std::memory_order_release);
    ended_.notify_one();
  }
  void Wait() { ended_.wait(false, std::memory_order_acquire); }

 private:
  std::atomic<bool> ended_{false};
};

class ThreadsTest : public testing::Test {
 protected:
  void Open(ModelUpstream::Faults faults) {
    upstream_ = std::make_unique<ModelUpstream>(path_.loop(), 1, faults);
    for (const char* name : {"default", "second"}) path_.AddAccount(name);
    GatewayOptions options;
    options.replies.bytes = 1 << 20;
    path_.Open(*upstream_, std::move(options));
    loop_ = std::thread([this] { path_.loop().Run(); });
  }
  ~ThreadsTest() override {
    path_.loop().Post([this] { Path::StopIn(path_.loop(), seconds(60)); });
    loop_.join();
  }

  std::shared_ptr<AwaitedCall> Call(const std::string& account,
                                    const char* label) {
    auto call = path_.MakeCall<AwaitedCall>(label);
    call->caller.anonymous = false;
    call->caller.id = "unix:/" + account;
    call->deadline += seconds(270);
    path_.gateway().Start(call);
    call->Wait();
    return call;
  }

  Path path_{ShippedCatalog()};
  std::unique_ptr<ModelUpstream> upstream_;
  std::thread loop_;
};

int Seconds() {
  const char* text = std::getenv("TCGATE_STRESS_SECONDS");
  return text == nullptr ? 10 : std::atoi(text);
}

TEST_F(ThreadsTest, AReadThatStartsAfterAWriteEndedSeesIt) {
  Open({.hang = 0.01});
  Mutex mu;
  std::map<std::string, std::uint64_t> told;  // By tag; guarded by `mu`.
  std::atomic<int> reads{0}, writes{0};
  const auto until = std::chrono::steady_clock::now() + seconds(Seconds());
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(t);
      while (std::chrono::steady_clock::now() < until) {
        const bool write = random() % 8 == 0;
        std::map<std::string, std::uint64_t> before;
        {
          MutexLock lock(mu);
          before = told;
        }
        const auto call = Call("default", write ? "trro.CreateProject"
                                                : "trro.DescribeProjectList");
        if (!call->reply.outcome.ok()) continue;
        const auto seen = ModelUpstream::Parse(call->wire());
        ++(write ? writes : reads);
        for (const auto& [tag, version] : seen.versions) {
          if (!write) {
            EXPECT_GE(version, before[tag]);
            continue;
          }
          MutexLock lock(mu);
          told[tag] = std::max(told[tag], version);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(reads, 100);
  EXPECT_GT(writes, 20);
  std::printf("%d reads, %d writes\n", reads.load(), writes.load());
}

TEST_F(ThreadsTest, TwoAccountsNeverShareAReply) {
  Open({0, 0, 0, 0, 0});
  constexpr int kCalls = 50'000;  // Of each account.
  std::atomic<int> crossed{0}, failed{0};
  std::vector<std::thread> threads;
  for (const char* account : {"default", "second"}) {
    threads.emplace_back([&, account] {
      for (int i = 0; i < kCalls; ++i) {
        const auto call = Call(account, "trro.GetDevices");
        if (!call->reply.outcome.ok()) {
          ++failed;
        } else if (ModelUpstream::Parse(call->wire()).account != account) {
          ++crossed;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(crossed, 0);
  EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace tcgate
