#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "service/base/mutex.h"
#include "tests/rpc/client.h"
#include "tests/rpc/edge_fixture.h"

namespace tcgate {
namespace {

using grpc::StatusCode;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::Pair;

class DrainTest : public EdgeFixture {
 protected:
  // A connection's age of 2 s instead of 20, and of an hour for tests in which
  // no connection is to age.
  void Use(milliseconds age, milliseconds drain_timeout) {
    EdgeOptions options = Defaults();
    options.max_connection_age = age;
    options.drain_timeout = drain_timeout;
    Restart(options);
  }

  static MonoTime Now() { return std::chrono::steady_clock::now(); }
};

TEST_F(DrainTest, WithoutConnectionsItEndsAtOnce) {
  Use(seconds(3600), seconds(60));
  const MonoTime start = Now();
  edge_->Drain();
  EXPECT_LT(Now() - start, seconds(5));
}

// What a client sees of a gateway that ends while it calls.
struct Calls {
  std::atomic<int> outstanding{0};
  std::atomic<int> ok{0};
  std::atomic<int> failed{0};
};

// Keeps `depth` calls outstanding on one connection, until `enough`. Tries
// `first`, and once that refuses connections `second`: what a client with two
// addresses does.
void CallOn(const std::string& first, const std::string& second, int depth,
            const std::atomic<bool>& enough, Calls& calls) {
  const std::string target = "ipv4:" + first + "," + second;
  Client client(target);
  std::vector<std::thread> callers;
  for (int i = 0; i < depth; ++i) {
    callers.emplace_back([&client, &enough, &calls] {
      while (!enough) {
        ++calls.outstanding;
        const ClientAnswer answer = client.Call("/demo.v1.DemoService/Act", "");
        --calls.outstanding;
        ++(answer.status.ok() ? calls.ok : calls.failed);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

TEST_F(DrainTest, NoCallIsLostWhenClientsMoveToAnother) {
  Use(seconds(2), seconds(25));
  auto other =
      Edge::Start(Defaults(), *catalog_, *gateway_, *metrics_, *access_log_);
  ASSERT_TRUE(other.ok());
  const std::string first = address();
  const std::string second = (*other)->addresses().at(0);

  constexpr int kConnections = 8, kDepth = 8;
  std::atomic<bool> enough{false};
  Calls calls;
  std::vector<std::thread> clients;
  for (int i = 0; i < kConnections; ++i) {
    clients.emplace_back([&] { CallOn(first, second, kDepth, enough, calls); });
  }
  while (calls.ok < kConnections * kDepth) std::this_thread::yield();
  edge_->Drain();
  const int before = calls.ok;
  while (calls.ok < before + kConnections * kDepth) std::this_thread::yield();
  enough = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(calls.failed, 0);
}

TEST_F(DrainTest, ACallThatOutlivesItsConnectionsAgeIsWaitedFor) {
  Use(seconds(2), seconds(60));
  upstream_.Hold();
  Client client(address());
  Mutex mu;
  std::condition_variable_any changed;
  bool ended = false, ok = false;
  client.Start(kWrite, "", [&](const ClientAnswer& answer) {
    MutexLock lock(mu);
    ended = true;
    ok = answer.status.ok();
    changed.notify_all();
  });
  upstream_.WaitForAttempts(1);
  std::thread drain([this] { edge_->Drain(); });
  // Longer than any connection's age.
  std::this_thread::sleep_for(milliseconds(2500));
  upstream_.Release();
  drain.join();
  MutexLock lock(mu);
  while (!ended) changed.wait(mu);
  EXPECT_TRUE(ok);
}

TEST_F(DrainTest, WhatIsStillOutAtTheTimeoutEndsByItsEffect) {
  Use(seconds(3600), milliseconds(100));
  upstream_.Hold();
  Client client(address());
  Mutex mu;
  std::condition_variable_any changed;
  std::vector<std::pair<std::string, ClientAnswer>> answers;
  for (const char* method : {kRead, kWrite}) {
    client.Start(method, "", [&, method](ClientAnswer answer) {
      MutexLock lock(mu);
      answers.emplace_back(method, std::move(answer));
      changed.notify_all();
    });
  }
  upstream_.WaitForAttempts(2);
  edge_->Drain();
  MutexLock lock(mu);
  while (answers.size() < 2) changed.wait(mu);
  for (const auto& [method, answer] : answers) {
    if (method == kRead) {
      EXPECT_EQ(answer.status.error_code(), StatusCode::UNAVAILABLE);
      EXPECT_EQ(answer.reason(), "SHUTTING_DOWN");
    } else {
      EXPECT_EQ(answer.status.error_code(), StatusCode::UNKNOWN);
      EXPECT_EQ(answer.reason(), "OUTCOME_UNKNOWN");
      EXPECT_THAT(answer.error_info().metadata(),
                  Contains(Pair("cause", "SHUTTING_DOWN")));
    }
  }
}

TEST_F(DrainTest, ASilentStreamDoesNotHoldItUp) {
  Use(milliseconds(500), seconds(60));
  Client client(address());
  OpenStream reflection(
      client, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
  OpenStream silent_call(client, "/spare.v1.DemoService/Nothing");
  const MonoTime start = Now();
  edge_->Drain();
  EXPECT_LT(Now() - start, seconds(10));
  EXPECT_EQ(reflection.Finish().error_code(), StatusCode::UNAVAILABLE);
}

TEST_F(DrainTest, ACallWithoutAMessageYetDoesNotOutliveTheTimeout) {
  Use(seconds(3600), milliseconds(100));
  Client client(address());
  OpenStream registered(client, kRead);
  OpenStream fallback(client, kSpare);
  const MonoTime start = Now();
  edge_->Drain();
  EXPECT_LT(Now() - start, seconds(10));
}

TEST_F(DrainTest, HealthSaysSoFirstAndThenEnds) {
  Use(milliseconds(500), seconds(60));
  Client client(address());
  OpenStream watch(client, "/grpc.health.v1.Health/Watch");
  ASSERT_TRUE(watch.Write(""));
  EXPECT_EQ(watch.Read(), "\x08\x01");  // SERVING.
  std::thread drain([this] { edge_->Drain(); });
  EXPECT_EQ(watch.Read(), "\x08\x02");  // NOT_SERVING.
  EXPECT_EQ(watch.Read(), std::nullopt);
  EXPECT_EQ(watch.Finish().error_code(), StatusCode::UNAVAILABLE);
  drain.join();
}

}  // namespace
}  // namespace tcgate
