#include "service/admin/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/raw_client.h"

namespace tcgate {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr char kGet[] = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

HttpServer::Options Loopback() {
  HttpServer::Options options;
  options.address = "127.0.0.1:0";
  return options;
}

// Answers with what was asked.
HttpServer::Reply Mirror(const HttpServer::Request& request) {
  HttpServer::Reply reply;
  reply.body = absl::StrCat(request.method, " ", request.path(), " ",
                            request.query(), " ", request.Header("x-a"), " ",
                            request.too_large ? "too large" : request.body);
  return reply;
}

std::unique_ptr<HttpServer> Serve(HttpServer::Options options = Loopback(),
                                  HttpServer::Handler handler = Mirror) {
  auto server = HttpServer::Start(std::move(options), std::move(handler));
  EXPECT_TRUE(server.ok()) << server.status();
  return *std::move(server);
}

TEST(HttpServerTest, ARequestReachesTheHandlerWhole) {
  const auto server = Serve();
  EXPECT_THAT(RawExchange(server->address(),
                          "POST /p?q=1 HTTP/1.1\r\nHost: a\r\nX-A: v\r\n"
                          "Content-Length: 4\r\n\r\nbody"),
              EndsWith("\r\n\r\nPOST /p q=1 v body"));
}

TEST(HttpServerTest, AConnectionServesOneRequestAfterAnother) {
  const auto server = Serve();
  RawClient client(server->address());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.Send(kGet));
    EXPECT_THAT(client.ReadReply(), HasSubstr("Connection: keep-alive"));
  }
}

TEST(HttpServerTest, AClientThatAsksForItIsClosedAfterItsReply) {
  const auto server = Serve();
  RawClient client(server->address());
  client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReadToEnd(), HasSubstr("Connection: close"));
  EXPECT_EQ(client.end(), RawClient::End::kClosed);
}

TEST(HttpServerTest, WhatIsNoHttpIsRefusedAndTheConnectionEnds) {
  const auto server = Serve();
  RawClient client(server->address());
  client.Send("\x16\x03\x01 hello\r\n\r\n");
  EXPECT_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 400 "));
}

TEST(HttpServerTest, ABodyOverTheLimitIsNotReadYetItsSenderSeesTheReply) {
  HttpServer::Options options = Loopback();
  options.max_body_bytes = 4;
  const auto server = Serve(std::move(options));
  RawClient client(server->address());
  constexpr std::size_t kSize = 1 << 20;
  client.Send(absl::StrCat(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ", kSize, "\r\n\r\n"));
  ASSERT_TRUE(client.Send(std::string(kSize, 'x')));
  EXPECT_THAT(client.ReadReply(), EndsWith("too large"));
  shutdown(client.fd(), SHUT_WR);
  EXPECT_THAT(client.ReadToEnd(), IsEmpty());
  EXPECT_EQ(client.end(), RawClient::End::kClosed);
}

TEST(HttpServerTest, ABodyOfTheLimitIsTaken) {
  HttpServer::Options options = Loopback();
  options.max_body_bytes = 4;
  const auto server = Serve(std::move(options));
  EXPECT_THAT(RawExchange(server->address(),
                          "POST / HTTP/1.1\r\nHost: a\r\n"
                          "Content-Length: 4\r\n\r\nfour"),
              EndsWith(" four"));
}

TEST(HttpServerTest, ASilentClientIsClosedAfterTheIdleTime) {
  HttpServer::Options options = Loopback();
  options.idle = std::chrono::milliseconds(20);
  const auto server = Serve(std::move(options));
  RawClient silent(server->address());
  RawClient halting(server->address());
  halting.Send("GET / HT");
  silent.ReadToEnd();
  halting.ReadToEnd();
  EXPECT_NE(silent.end(), RawClient::End::kNone);
  EXPECT_NE(halting.end(), RawClient::End::kNone);
}

TEST(HttpServerTest, SilentClientsCannotLockOthersOut) {
  HttpServer::Options options = Loopback();
  options.max_connections = 4;
  const auto server = Serve(std::move(options));
  std::deque<RawClient> silent;
  for (int i = 0; i < 12; ++i) silent.emplace_back(server->address());
  EXPECT_THAT(RawExchange(server->address(), kGet), StartsWith("HTTP/1.1 200"));
  silent.front().ReadToEnd();
  EXPECT_NE(silent.front().end(), RawClient::End::kNone);
}

TEST(HttpServerTest, ABusyConnectionOutlivesSilentOnesWhenThereAreTooMany) {
  HttpServer::Options options = Loopback();
  options.max_connections = 2;
  const auto server = Serve(std::move(options));
  RawClient busy(server->address());
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(busy.Send(kGet));
    ASSERT_THAT(busy.ReadReply(), StartsWith("HTTP/1.1 200"));
    RawClient other(server->address());
    ASSERT_TRUE(other.Send(kGet));
    ASSERT_THAT(other.ReadReply(), StartsWith("HTTP/1.1 200"));
  }
}

TEST(HttpServerTest, ADelayedReplyHoldsUpNobodyElseNorTheEnd) {
  auto server = Serve(Loopback(), [](const HttpServer::Request& request) {
    HttpServer::Reply reply;
    if (request.path() == "/x") reply.delay = std::chrono::hours(1);
    return reply;
  });
  RawClient waiting(server->address());
  waiting.Send(kGet);
  EXPECT_THAT(
      RawExchange(server->address(), "GET /y HTTP/1.1\r\nHost: a\r\n\r\n"),
      StartsWith("HTTP/1.1 200"));
  server.reset();
  EXPECT_THAT(waiting.ReadToEnd(), IsEmpty());
}

TEST(HttpServerTest, AReplyEndsAsItIsTold) {
  const auto server = Serve(Loopback(), [](const HttpServer::Request& request) {
    HttpServer::Reply reply;
    reply.body = "0123456789";
    reply.sent = request.path() == "/half"    ? HttpServer::Sent::kHalf
                 : request.path() == "/reset" ? HttpServer::Sent::kHalfAndReset
                                              : HttpServer::Sent::kNothing;
    return reply;
  });
  const auto get = [&](const char* path, RawClient& client) {
    client.Send(absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: a\r\n\r\n"));
    return client.ReadToEnd();
  };
  RawClient half(server->address());
  const std::string reply = get("/half", half);
  EXPECT_THAT(reply, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_THAT(reply, EndsWith("\r\n\r\n01234"));
  EXPECT_EQ(half.end(), RawClient::End::kClosed);

  RawClient reset(server->address());
  get("/reset", reset);
  EXPECT_EQ(reset.end(), RawClient::End::kReset);

  RawClient nothing(server->address());
  EXPECT_THAT(get("/nothing", nothing), IsEmpty());
  EXPECT_EQ(nothing.end(), RawClient::End::kClosed);
}

TEST(HttpServerTest, EveryConnectionIsCountedOnce) {
  std::atomic<int> connections{0};
  HttpServer::Options options = Loopback();
  options.connected = [&] { ++connections; };
  const auto server = Serve(std::move(options));
  for (int i = 0; i < 3; ++i) RawExchange(server->address(), kGet);
  EXPECT_EQ(connections, 3);
}

TEST(HttpServerTest, AnAnswerToHeadHasNoBody) {
  const auto server = Serve();
  RawClient client(server->address());
  client.Send("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReadToEnd(), EndsWith("\r\n\r\n"));
}

TEST(HttpServerTest, AnAddressThatCannotBeHadIsRefusedByName) {
  for (const char* address :
       {"", "127.0.0.1", ":1", "localhost:1", "127.0.0.1:65536", "[::1:1",
        "::1:1", "[127.0.0.1]:1"}) {
    HttpServer::Options options;
    options.address = address;
    const auto server = HttpServer::Start(std::move(options), Mirror);
    ASSERT_FALSE(server.ok()) << address;
    EXPECT_EQ(server.status().code(), absl::StatusCode::kInvalidArgument)
        << address;
    EXPECT_THAT(std::string(server.status().message()), HasSubstr(address));
  }
  const auto first = Serve();
  HttpServer::Options taken;
  taken.address = first->address();
  EXPECT_EQ(HttpServer::Start(std::move(taken), Mirror).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST(HttpServerTest, ACertificateThatIsNoneIsRefused) {
  HttpServer::Options options = Loopback();
  options.certificate_chain = "not a certificate";
  EXPECT_EQ(HttpServer::Start(std::move(options), Mirror).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tcgate
