// libcurl sends a request again by itself when a kept connection closes before
// a byte of the answer came. That must never happen: the action may have run.

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <string>
#include <tuple>

#include "tests/http/curl_client_fixture.h"

namespace tcgate {
namespace {

enum class Ending { kClose, kReset };

class CurlClientRepeatTest
    : public CurlClientTest,
      public testing::WithParamInterface<
          std::tuple<Ending, bool /*tls*/, bool /*once*/, const char*>> {};

TEST_P(CurlClientRepeatTest, ARequestThatAKeptConnectionSwallowsIsSentOnce) {
  const auto [ending, tls, once, body] = GetParam();
  TestCertificate certificate;
  std::atomic<int> executed = 0;
  // Answers the first request of each connection; reads the second and ends.
  TestServer server(
      [&executed,
       reset = ending == Ending::kReset](TestServer::Connection& connection) {
        if (!connection.ReadRequest()) return;
        ++executed;
        connection.Write(Reply("{}"));
        if (reset) connection.ResetOnClose();
        if (connection.ReadRequest()) ++executed;
      },
      tls ? certificate.context() : nullptr);
  Endpoint endpoint = EndpointOf(server);
  endpoint.ca_file = certificate.file();
  HttpRequest request = RequestTo(endpoint, body);
  request.send_once = once;

  EXPECT_EQ(Send(request).fault, HttpFault::kNone);
  ASSERT_EQ(executed, 1);
  const HttpResult result = Send(request);
  EXPECT_EQ(result.fault, HttpFault::kBroken);
  EXPECT_TRUE(result.sent);
  EXPECT_EQ(executed, 2);
  EXPECT_EQ(server.connections(), 1);  // Not even opened for a repeat.
  EXPECT_EQ(result.error, "the connection was closed before an answer");

  EXPECT_EQ(Send(request).fault, HttpFault::kNone);
  EXPECT_EQ(executed, 3);
}

INSTANTIATE_TEST_SUITE_P(All, CurlClientRepeatTest,
                         testing::Combine(testing::Values(Ending::kClose,
                                                          Ending::kReset),
                                          testing::Bool(), testing::Bool(),
                                          testing::Values("{}", "")));

TEST_F(CurlClientTest, ARepeatIsRefusedOnAnotherKeptConnection) {
  std::atomic<int> executed = 0;
  std::atomic<bool> swallow = false;
  Mutex mu;
  std::condition_variable_any both_here;
  int waiting = 0;
  TestServer server([&](TestServer::Connection& connection) {
    while (connection.ReadRequest()) {
      ++executed;
      if (swallow) return;
      {
        // Both connections are to be opened, so neither is answered first.
        MutexLock lock(mu);
        ++waiting;
        both_here.notify_all();
        while (waiting < 2) both_here.wait(mu);
      }
      connection.Write(Reply("{}"));
    }
  });
  const Endpoint endpoint = EndpointOf(server);
  for (const HttpResult& result : SendAtOnce(2, endpoint)) {
    EXPECT_EQ(result.body, "{}");
  }
  ASSERT_EQ(server.connections(), 2);

  swallow = true;
  EXPECT_EQ(Send(endpoint).fault, HttpFault::kBroken);
  EXPECT_EQ(executed, 3);
}

TEST_F(CurlClientTest, AConnectionThatClosedWhileIdleIsNotUsed) {
  const TestCertificate certificate;
  for (SSL_CTX* const tls :
       {certificate.context(), static_cast<SSL_CTX*>(nullptr)}) {
    std::promise<void> closed[2];
    std::atomic<int> answered = 0;
    TestServer server(
        [&](TestServer::Connection& connection) {
          if (!connection.ReadRequest()) return;
          connection.Write(Reply("{}"));
          connection.CloseWriting();
          closed[answered++].set_value();
          connection.WaitForClose();
        },
        tls);
    Endpoint endpoint = EndpointOf(server);
    endpoint.ca_file = certificate.file();
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(Send(endpoint).fault, HttpFault::kNone);
      closed[i].get_future().wait();
      EXPECT_EQ(server.connections(), i + 1);
    }
  }
}

}  // namespace
}  // namespace tcgate
