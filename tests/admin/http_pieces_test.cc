// Bodies that come in pieces.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/admin/http_server.h"
#include "tests/support/raw_client.h"

namespace tcgate {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kGet[] =
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

// A reply of `count` pieces `0,`, `1,`, ...
HttpServer::Reply Pieces(int count) {
  HttpServer::Reply reply;
  reply.pieces = [next = 0,
                  count]() mutable -> std::optional<HttpServer::Piece> {
    if (next == count) return std::nullopt;
    return HttpServer::Piece{absl::StrCat(next++, ","), {}};
  };
  return reply;
}

std::unique_ptr<HttpServer> Serve(HttpServer::Handler handler) {
  HttpServer::Options options;
  options.address = "127.0.0.1:0";
  auto server = HttpServer::Start(std::move(options), std::move(handler));
  EXPECT_TRUE(server.ok()) << server.status();
  return *std::move(server);
}

std::string Exchange(const HttpServer& server, absl::string_view text,
                     RawClient::End& end) {
  RawClient client(server.address());
  client.Send(text);
  std::string all = client.ReadToEnd();
  end = client.end();
  return all;
}

TEST(HttpPiecesTest, EachPieceIsAChunkAndNothingEndsThem) {
  const auto server = Serve([](const auto&) { return Pieces(3); });
  RawClient::End end;
  const std::string reply = Exchange(*server, kGet, end);
  EXPECT_THAT(reply, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_EQ(reply.find("Content-Length"), std::string::npos);
  EXPECT_THAT(reply,
              EndsWith("\r\n\r\n2\r\n0,\r\n2\r\n1,\r\n2\r\n2,\r\n0\r\n\r\n"));
  EXPECT_EQ(end, RawClient::End::kClosed);
}

TEST(HttpPiecesTest, TheConnectionServesOn) {
  const auto server = Serve([](const HttpServer::Request& request) {
    return request.path() == "/pieces" ? Pieces(2) : HttpServer::Reply{};
  });
  RawClient::End end;
  const std::string reply = Exchange(
      *server, absl::StrCat("GET /pieces HTTP/1.1\r\nHost: a\r\n\r\n", kGet),
      end);
  EXPECT_THAT(reply, HasSubstr("0\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

TEST(HttpPiecesTest, HeadHasNone) {
  const auto server = Serve([](const auto&) { return Pieces(3); });
  RawClient::End end;
  EXPECT_THAT(
      Exchange(*server,
               "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", end),
      EndsWith("\r\n\r\n"));
}

TEST(HttpPiecesTest, ABrokenBodyHasNoLastChunk) {
  for (const auto sent :
       {HttpServer::Sent::kHalf, HttpServer::Sent::kHalfAndReset}) {
    const auto server = Serve([sent](const auto&) {
      HttpServer::Reply reply = Pieces(1);
      reply.sent = sent;
      return reply;
    });
    RawClient::End end;
    const std::string reply = Exchange(*server, kGet, end);
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(reply, testing::Not(HasSubstr("\r\n0\r\n")));
    EXPECT_EQ(end, sent == HttpServer::Sent::kHalf ? RawClient::End::kClosed
                                                   : RawClient::End::kReset);
  }
}

TEST(HttpPiecesTest, APieceWaitsAsLongAsItSays) {
  const auto server = Serve([](const auto&) {
    HttpServer::Reply reply;
    reply.pieces = [left = 3]() mutable -> std::optional<HttpServer::Piece> {
      if (left-- == 0) return std::nullopt;
      return HttpServer::Piece{"x", std::chrono::milliseconds(10)};
    };
    return reply;
  });
  const auto start = std::chrono::steady_clock::now();
  RawClient::End end;
  Exchange(*server, kGet, end);
  EXPECT_GE(std::chrono::steady_clock::now() - start,
            std::chrono::milliseconds(30));
}

// The next piece is asked for when the one before is taken: what is made and
// not yet read is no more than the buffers of two sockets hold.
TEST(HttpPiecesTest, ASlowReaderHoldsTheSourceUp) {
  constexpr int kCount = 200;
  static constexpr std::size_t kBytes = 256 << 10;
  constexpr std::size_t kBuffers = 16 << 20;
  std::atomic<std::size_t> made{0};
  const auto server = Serve([&made](const auto&) {
    HttpServer::Reply reply;
    reply.pieces = [&made]() -> std::optional<HttpServer::Piece> {
      if (made == kCount) return std::nullopt;
      ++made;
      return HttpServer::Piece{std::string(kBytes, 'x'), {}};
    };
    return reply;
  });
  RawClient client(server->address());
  client.Send(kGet);
  std::string part(64 << 10, ' ');
  std::size_t read = 0;
  for (;;) {
    const ssize_t got = recv(client.fd(), part.data(), part.size(), 0);
    ASSERT_GE(got, 0);
    if (got == 0) break;
    read += static_cast<std::size_t>(got);
    ASSERT_LE(made * kBytes, read + kBuffers);
  }
  EXPECT_EQ(made, std::size_t{kCount});
  EXPECT_GT(read, kCount * kBytes);
}

TEST(HttpPiecesTest, AReaderThatLeavesEndsTheSource) {
  auto alive = std::make_shared<int>(0);
  const std::weak_ptr<int> watched = alive;
  const auto server = Serve([&alive](const HttpServer::Request& request) {
    HttpServer::Reply reply;
    if (request.path() != "/endless") return reply;
    reply.pieces = [held = std::move(alive)]() {
      return std::optional<HttpServer::Piece>({std::string(1 << 20, 'x'), {}});
    };
    return reply;
  });
  {
    RawClient client(server->address());
    client.Send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
    char byte;
    recv(client.fd(), &byte, 1, 0);
  }
  // Each exchange is a turn of the server's thread.
  for (int i = 0; i < 1000 && !watched.expired(); ++i) {
    RawExchange(server->address(), kGet);
  }
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace tcgate
