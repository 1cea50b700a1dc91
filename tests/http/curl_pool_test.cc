// Connections that are kept: until when, and what becomes of a request that
// meets one that the server has just closed. What is tested are the clocks of
// libcurl and of a server, so real time passes here.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <future>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/base/mutex.h"
#include "tests/http/curl_client_fixture.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class CurlPoolTest : public CurlClientTest {
 protected:
  // A server that closes connections as nginx does: idle for `keep_alive`, with
  // TLS's last word. Counts how often each body was executed.
  TestServer::Handler Closing(milliseconds keep_alive) {
    return [this, keep_alive](TestServer::Connection& connection) {
      while (connection.WaitForRequest(keep_alive) &&
             connection.ReadRequest()) {
        const std::string& request = connection.request();
        {
          MutexLock lock(mu_);
          ++executed_[request.substr(request.find("\r\n\r\n") + 4)];
        }
        connection.Write(Reply("{}"));
      }
    };
  }

  Endpoint SecureEndpoint(const TestServer& server) {
    Endpoint endpoint = EndpointOf(server);
    endpoint.ca_file = certificate_.file();
    return endpoint;
  }

  // `calls` reads and as many writes, all at once, each with a body of its own.
  // A read that met a connection that was being closed is sent again, as the
  // attempt loop does. Returns how many did not succeed.
  int Burst(int calls, const Endpoint& endpoint) {
    std::deque<Cancellation> cancels;
    failed_ = 0;
    running_ = 2 * calls;
    for (int i = 0; i < 2 * calls; ++i) {
      HttpRequest request =
          RequestTo(endpoint, absl::StrCat("body ", next_body_++));
      request.send_once = i % 2 == 1;
      Call(std::move(request), cancels.emplace_back());
    }
    loop_.Run();
    return failed_;
  }

  Detached Call(HttpRequest request, Cancellation& cancel) {
    const int most = request.send_once ? 1 : 2;
    for (int attempt = 1; attempt <= most; ++attempt) {
      Task<HttpResult> sending = client_->Send(request, cancel);
      const HttpResult result = co_await sending;
      if (result.fault == HttpFault::kNone) break;
      if (attempt == most) ++failed_;
    }
    if (--running_ == 0) loop_.Stop();
  }

  int MostExecutions() {
    MutexLock lock(mu_);
    int most = 0;
    for (const auto& [body, times] : executed_) most = std::max(most, times);
    return most;
  }

  TestCertificate certificate_;
  Mutex mu_;
  std::map<std::string, int> executed_ ABSL_GUARDED_BY(mu_);
  int next_body_ = 0;
  int running_ = 0;
  int failed_ = 0;
};

class CurlPoolRaceTest : public CurlPoolTest,
                         public testing::WithParamInterface<int> {};

TEST_P(CurlPoolRaceTest, ABurstAfterTheServersKeepAliveFailsNothing) {
  const milliseconds keep_alive(1500);
  TestServer server(Closing(keep_alive), certificate_.context());
  const Endpoint endpoint = SecureEndpoint(server);
  EXPECT_EQ(Burst(64, endpoint), 0);
  // Twice: once nothing is known of the server, then something may be.
  for (int round = 0; round < 2; ++round) {
    RunFor(keep_alive + milliseconds(GetParam()));
    EXPECT_EQ(Burst(64, endpoint), 0);
    EXPECT_EQ(MostExecutions(), 1);
  }
}

INSTANTIATE_TEST_SUITE_P(MillisecondsOff, CurlPoolRaceTest,
                         testing::Values(-20, -2, -1, 0, 1, 2, 500));

TEST_F(CurlPoolTest, WhatTheServerClosedIsClosedHereToo) {
  TestServer server(Closing(milliseconds(1100)), certificate_.context());
  const Endpoint endpoint = SecureEndpoint(server);
  Burst(8, endpoint);
  EXPECT_EQ(multi_.connections().open(), 16u);
  EXPECT_TRUE(RunUntil([&] { return multi_.connections().open() == 0; }));
  // It is known now: these are closed before the server does it.
  Burst(8, endpoint);
  RunFor(milliseconds(950));
  EXPECT_EQ(Send(endpoint).fault, HttpFault::kNone);
  EXPECT_EQ(server.connections(), 16 + 16 + 1);
}

TEST_F(CurlPoolTest, ABurstsConnectionsAreClosedWhenTheyWereIdleForLong) {
  CurlClientOptions options;
  options.max_idle = seconds(1);
  Use(options);
  TestServer server(Always(Reply("{}")), certificate_.context());
  const Endpoint endpoint = SecureEndpoint(server);
  Burst(128, endpoint);
  // All of the 256, unless the burst itself took longer than that.
  EXPECT_GT(multi_.connections().open(), 0u);
  EXPECT_TRUE(RunUntil([&] { return server.open() == 0; }));
  EXPECT_EQ(multi_.connections().open(), 0u);
  EXPECT_EQ(multi_.connections().idle(), 0u);

  // What TLS agreed upon outlives them.
  const int resumed = server.resumptions();
  EXPECT_EQ(Send(endpoint).fault, HttpFault::kNone);
  EXPECT_EQ(server.resumptions(), resumed + 1);
}

TEST_F(CurlPoolTest, ConnectionsToOneServerDoNotAgeWithThoseToAnother) {
  TestServer closing(Closing(milliseconds(1100)));
  TestServer keeping(Always(Reply("{}")));
  const Endpoint first = EndpointOf(closing);
  const Endpoint second = EndpointOf(keeping);
  Send(first);
  Send(second);
  EXPECT_TRUE(RunUntil([&] { return multi_.connections().open() == 1; }));
  Send(second);
  EXPECT_EQ(keeping.connections(), 1);
}

// What a server may say on a connection that nobody uses: that it closes it, or
// anything else. libcurl would send the next request after all of these.
enum class Word { kTlsClosed, kText };

class CurlPoolWordTest : public CurlPoolTest,
                         public testing::WithParamInterface<Word> {};

TEST_P(CurlPoolWordTest, AConnectionThatSpeaksUnaskedIsNotUsed) {
  std::promise<void> said[2];
  std::atomic<int> answered = 0;
  TestServer server(
      [&](TestServer::Connection& connection) {
        if (!connection.ReadRequest()) return;
        connection.Write(Reply("{}"));
        if (GetParam() == Word::kTlsClosed) {
          connection.SayClosed();
        } else {
          connection.Write("HTTP/1.1 408 Request Timeout\r\n\r\n");
        }
        said[answered++].set_value();
        connection.WaitForClose();
      },
      certificate_.context());
  const Endpoint endpoint = SecureEndpoint(server);
  for (int i = 0; i < 2; ++i) {
    HttpRequest request = RequestTo(endpoint);
    request.send_once = true;
    const HttpResult result = Send(std::move(request));
    EXPECT_EQ(result.fault, HttpFault::kNone) << result.error;
    EXPECT_EQ(result.status, 200);
    said[i].get_future().wait();
    EXPECT_EQ(server.connections(), i + 1);
  }
}

INSTANTIATE_TEST_SUITE_P(All, CurlPoolWordTest,
                         testing::Values(Word::kTlsClosed, Word::kText));

TEST_F(CurlPoolTest, OpenedAndReusedConnectionsAreCounted) {
  TestServer server(Always(Reply("{}")));
  const Endpoint endpoint = EndpointOf(server);
  for (int i = 0; i < 3; ++i) Send(endpoint);
  EXPECT_EQ(opened_, 1);
  EXPECT_EQ(reused_, 2);
}

class CurlPoolSteadyTest : public CurlPoolTest,
                           public testing::WithParamInterface<int> {};

TEST_P(CurlPoolSteadyTest, InSteadyStateNoneIsOpened) {
  TestServer server(Always(Reply("{}")), certificate_.context());
  const Endpoint endpoint = SecureEndpoint(server);
  const auto callers = static_cast<std::size_t>(GetParam());
  SendAtOnce(callers, endpoint);
  const int before = server.connections();
  EXPECT_LE(before, GetParam());
  for (int round = 0; round < 5; ++round) SendAtOnce(callers, endpoint);
  EXPECT_EQ(server.connections(), before);
  EXPECT_EQ(reused_, 5 * GetParam() + GetParam() - before);
}

INSTANTIATE_TEST_SUITE_P(Callers, CurlPoolSteadyTest,
                         testing::Values(1, 2, 16, 64, 256));

}  // namespace
}  // namespace tcgate
