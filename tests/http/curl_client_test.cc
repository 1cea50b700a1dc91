#include "service/http/curl_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/http/curl_client_fixture.h"

namespace tcgate {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(CurlClientTest, SendsOnePostExactlyAsAsked) {
  std::string seen;
  TestServer server([&seen](TestServer::Connection& connection) {
    connection.ReadRequest();
    seen = connection.request();
    connection.Write(Reply("{}"));
  });
  Endpoint endpoint = EndpointOf(server);
  endpoint.host = "api.example.com:8443";
  HttpRequest request = RequestTo(endpoint, std::string(2000, 'x'));
  request.headers.Add("X-TC-Action", "OpenDoor");
  request.headers.Add("Authorization", "TC3-HMAC-SHA256 none");
  EXPECT_EQ(Send(std::move(request)).fault, HttpFault::kNone);
  EXPECT_THAT(seen, StartsWith("POST / HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nHost: api.example.com:8443\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-TC-Action: OpenDoor\r\n"
                              "Authorization: TC3-HMAC-SHA256 none\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Length: 2000\r\n"));
  EXPECT_THAT(seen, Not(HasSubstr("Expect")));
  EXPECT_THAT(seen, EndsWith("\r\n\r\n" + std::string(2000, 'x')));
}

TEST_F(CurlClientTest, GivesTheAnswerAsItCame) {
  TestServer server(
      Always("HTTP/1.1 200 OK\r\nDate: Mon, 25 Feb 2019 16:44:25 GMT\r\n"
             "Content-Type: application/json\r\nContent-Length: 5\r\n\r\n"
             "hello"));
  const HttpResult result = Send(EndpointOf(server));
  EXPECT_EQ(result.fault, HttpFault::kNone);
  EXPECT_TRUE(result.sent);
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "hello");
  EXPECT_EQ(result.content_type, "application/json");
  EXPECT_EQ(result.date, WallTime(std::chrono::seconds(1551113065)));
  EXPECT_EQ(result.error, "");
}

TEST_F(CurlClientTest, AnAnswerWithoutDateOrTypeHasNone) {
  TestServer server(Always(Reply("{}")));
  const HttpResult result = Send(EndpointOf(server));
  EXPECT_EQ(result.date, std::nullopt);
  EXPECT_EQ(result.content_type, "");
}

TEST_F(CurlClientTest, AnyStatusIsAnAnswer) {
  for (const int status : {204, 302, 404, 429, 500, 502}) {
    TestServer server(Always(absl::StrCat(
        "HTTP/1.1 ", status,
        " Whatever\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")));
    const HttpResult result = Send(EndpointOf(server));
    EXPECT_EQ(result.fault, HttpFault::kNone);
    EXPECT_EQ(result.status, status);
    EXPECT_EQ(server.connections(), 1);
  }
}

TEST_F(CurlClientTest, ABodyHasRoomBehindItForParsers) {
  for (const std::size_t size : {1u, 63u, 64u, 65u, 4096u, 70'000u, 300'000u}) {
    const std::string text(size, 'x');
    TestServer with_length(Always(Reply(text)));
    TestServer until_close([&text](TestServer::Connection& connection) {
      connection.ReadRequest();
      connection.Write("HTTP/1.1 200 OK\r\n\r\n" + text);
    });
    for (const TestServer* server : {&with_length, &until_close}) {
      const std::string body = Send(EndpointOf(*server)).body;
      EXPECT_EQ(body.size(), size);
      EXPECT_GE(body.capacity(), size + kReplyPadding);
    }
  }
}

TEST_F(CurlClientTest, ConnectionsAreKeptAndCountedOnce) {
  TestServer server(Always(Reply("{}")));
  const Endpoint endpoint = EndpointOf(server);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Send(endpoint).fault, HttpFault::kNone);
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(opened_, 1);
}

TEST_F(CurlClientTest, EndpointsTakeTurnsOnOneHandle) {
  TestServer a(Always(Reply("a")));
  TestServer b(Always(Reply("b")));
  const Endpoint to_a = EndpointOf(a);
  const Endpoint to_b = EndpointOf(b);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Send(to_a).body, "a");
    EXPECT_EQ(Send(to_b).body, "b");
  }
}

// All at once, for the server answers when the last has come.
TEST_F(CurlClientTest, TheConnectionsOfABurstAreKeptForTheNext) {
  constexpr int kCalls = 100;
  Mutex mu;
  std::condition_variable_any all_here;
  int waiting = 0;
  TestServer server([&](TestServer::Connection& connection) {
    while (connection.ReadRequest()) {
      {
        MutexLock lock(mu);
        const int round = waiting++ / kCalls;
        all_here.notify_all();
        while (waiting < (round + 1) * kCalls) all_here.wait(mu);
      }
      connection.Write(Reply("{}"));
    }
  });
  const Endpoint endpoint = EndpointOf(server);
  for (int round = 0; round < 3; ++round) {
    const std::vector<HttpResult> results = SendAtOnce(kCalls, endpoint);
    for (const HttpResult& result : results) EXPECT_EQ(result.body, "{}");
  }
  EXPECT_EQ(server.connections(), kCalls);
  EXPECT_EQ(opened_, kCalls);
}

TEST_F(CurlClientTest, ProxyVariablesAreNotObeyed) {
  TestServer proxy(Always(Reply("from the proxy")));
  setenv("http_proxy", proxy.Url().c_str(), 1);
  setenv("all_proxy", proxy.Url().c_str(), 1);
  TestServer server(Always(Reply("direct")));
  EXPECT_EQ(Send(EndpointOf(server)).body, "direct");
  unsetenv("http_proxy");
  unsetenv("all_proxy");
}

TEST_F(CurlClientTest, AnEndpointThatIsNoUrlIsNotConnectedTo) {
  const Endpoint endpoint{"file:///etc/passwd", "localhost", ""};
  const HttpResult result = Send(endpoint);
  EXPECT_EQ(result.fault, HttpFault::kConnect);
  EXPECT_FALSE(result.sent);
}

}  // namespace
}  // namespace tcgate
