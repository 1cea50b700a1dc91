// Every way an exchange can fail, and whether the action may have run then.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <future>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/http/curl_client_fixture.h"

namespace tcgate {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

// What a server says after it read the request, before it closes; with what it
// said none of these is an answer.
struct Broken {
  const char* name;
  const char* bytes;
};

class BrokenAnswerTest : public CurlClientTest,
                         public testing::WithParamInterface<Broken> {};

TEST_P(BrokenAnswerTest, IsBrokenAndMayHaveRun) {
  TestServer server([](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write(GetParam().bytes);
  });
  const HttpResult result = Send(EndpointOf(server));
  EXPECT_EQ(result.fault, HttpFault::kBroken);
  EXPECT_TRUE(result.sent);
  EXPECT_NE(result.error, "");
  EXPECT_THAT(result.error, Not(HasSubstr("secret")));
  EXPECT_EQ(server.connections(), 1);
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenAnswerTest,
    testing::Values(
        Broken{"Nothing", ""}, Broken{"HalfAStatusLine", "HTTP/1.1 2"},
        Broken{"HalfTheHeaders", "HTTP/1.1 200 OK\r\nContent-Le"},
        Broken{"HeadersWithoutEnd", "HTTP/1.1 200 OK\r\nX: secret\r\n"},
        Broken{"AnInterimAnswerAndHalf",
               "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"},
        Broken{"HalfTheBody",
               "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsecret"},
        Broken{"HalfAChunk",
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nse"},
        Broken{"NoChunkSize",
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nsecret"},
        Broken{"NoHttp", "SSH-2.0-secret\r\n"},
        Broken{"NoLength",
               "HTTP/1.1 200 OK\r\nContent-Length: secret\r\n\r\n{}"},
        Broken{"NoGzip",
               "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
               "Content-Length: 6\r\n\r\nsecret"},
        Broken{"UnknownEncoding",
               "HTTP/1.1 200 OK\r\nContent-Encoding: secret\r\n"
               "Content-Length: 2\r\n\r\n{}"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(CurlClientTest, AResetHalfWayIsBrokenAndMayHaveRun) {
  TestServer server([](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    connection.ResetOnClose();
  });
  const HttpResult result = Send(EndpointOf(server));
  EXPECT_EQ(result.fault, HttpFault::kBroken);
  EXPECT_TRUE(result.sent);
}

TEST_F(CurlClientTest, ARefusedConnectionIsConnectAndDidNotRun) {
  // Bound and not listening: nobody else gets the port, nobody answers.
  const int taken = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  bind(taken, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size);
  const Endpoint endpoint{
      absl::StrCat("http://127.0.0.1:", ntohs(address.sin_port), "/?secret"),
      "127.0.0.1", ""};
  const HttpResult result = Send(endpoint);
  close(taken);
  EXPECT_EQ(result.fault, HttpFault::kConnect);
  EXPECT_FALSE(result.sent);
  EXPECT_THAT(result.error, HasSubstr("127.0.0.1"));
  EXPECT_THAT(result.error, Not(HasSubstr("secret")));
  EXPECT_EQ(opened_, 0);
}

// What passes or is asked for while the server does not answer.
class SilenceTest : public CurlClientTest {
 protected:
  // Sends to a server that reads and then says nothing, and runs `then` on the
  // loop's thread once it read. `tls` decides what is read: a client's hello,
  // or the whole request.
  HttpResult SendAnd(bool tls, std::function<void()> then) {
    std::promise<void> closed;
    TestServer server(
        [this, tls, &then, &closed](TestServer::Connection& connection) {
          if (tls) {
            connection.ReadSome();
          } else {
            connection.ReadRequest();
          }
          loop_.Post(then);
          connection.WaitForClose();
          closed.set_value();
        });
    Endpoint endpoint = EndpointOf(server);
    if (tls) endpoint.url.replace(0, 4, "https");
    HttpResult result =
        Await(loop_, client_->Send(RequestTo(endpoint), cancel_));
    closed.get_future().wait();  // For ever, if the socket stays open.
    return result;
  }

  Cancellation cancel_;
};

TEST_F(SilenceTest, ADeadlineThatPassesInTheHandshakeIsATimeoutThatDidNotRun) {
  const HttpResult result =
      SendAnd(/*tls=*/true, [this] { clock_.Advance(seconds(10)); });
  EXPECT_EQ(result.fault, HttpFault::kTimeout);
  EXPECT_FALSE(result.sent);
}

TEST_F(SilenceTest, ADeadlineThatPassesAfterSendingIsATimeoutThatMayHaveRun) {
  const HttpResult result =
      SendAnd(/*tls=*/false, [this] { clock_.Advance(seconds(10)); });
  EXPECT_EQ(result.fault, HttpFault::kTimeout);
  EXPECT_TRUE(result.sent);
}

TEST_F(SilenceTest, CancellingInTheHandshakeClosesTheSocketAndDidNotRun) {
  const HttpResult result =
      SendAnd(/*tls=*/true, [this] { cancel_.Request(); });
  EXPECT_EQ(result.fault, HttpFault::kCancelled);
  EXPECT_FALSE(result.sent);
}

TEST_F(SilenceTest, CancellingAfterSendingClosesTheSocketAndMayHaveRun) {
  const HttpResult result =
      SendAnd(/*tls=*/false, [this] { cancel_.Request(); });
  EXPECT_EQ(result.fault, HttpFault::kCancelled);
  EXPECT_TRUE(result.sent);
}

TEST_F(CurlClientTest, WhatIsCancelledOrTooLateBeforehandIsNotSent) {
  TestServer server(Always(Reply("{}")));
  const Endpoint endpoint = EndpointOf(server);
  EXPECT_EQ(Send(endpoint).status, 200);
  Cancellation cancelled;
  cancelled.Request();
  HttpResult result =
      Await(loop_, client_->Send(RequestTo(endpoint), cancelled));
  EXPECT_EQ(result.fault, HttpFault::kCancelled);
  EXPECT_FALSE(result.sent);
  EXPECT_EQ(result.status, 0);

  HttpRequest late = RequestTo(endpoint);
  late.deadline = clock_.MonoNow();
  result = Send(std::move(late));
  EXPECT_EQ(result.fault, HttpFault::kTimeout);
  EXPECT_FALSE(result.sent);
  EXPECT_EQ(result.status, 0);  // Nothing of the exchange before.
}

}  // namespace
}  // namespace tcgate
