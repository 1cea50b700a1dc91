// Answers that do not end, and what of them is kept.

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/http/curl_client_fixture.h"

namespace tcgate {
namespace {

std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9,
               Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string GzipReply(const std::string& text) {
  const std::string body = Gzip(text);
  return absl::StrCat(
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ",
      body.size(), "\r\n\r\n", body);
}

// Answers with `begin`, then with `more` until the client has had enough.
TestServer::Handler Endless(std::string begin, std::string more) {
  return [begin = std::move(begin),
          more = std::move(more)](TestServer::Connection& connection) {
    connection.ReadRequest();
    bool open = connection.Write(begin);
    while (open) open = connection.Write(more);
  };
}

class CurlClientLimitTest : public CurlClientTest {
 protected:
  HttpResult SendWithLimit(const TestServer& server, std::size_t limit) {
    const Endpoint endpoint = EndpointOf(server);
    HttpRequest request = RequestTo(endpoint);
    request.max_reply_bytes = limit;
    return Send(std::move(request));
  }

  static void ExpectTooLarge(const HttpResult& result, std::size_t limit) {
    EXPECT_EQ(result.fault, HttpFault::kTooLarge);
    EXPECT_TRUE(result.sent);
    EXPECT_LE(result.body.capacity(), 2 * limit + kReplyPadding);
    EXPECT_NE(result.error, "");
  }
};

TEST_F(CurlClientLimitTest, AReplyMayBeAsLargeAsTheLimitAndNoByteLarger) {
  TestServer server(Always(Reply(std::string(100'000, 'x'))));
  EXPECT_EQ(SendWithLimit(server, 100'000).body.size(), 100'000u);
  ExpectTooLarge(SendWithLimit(server, 99'999), 100'000);
}

TEST_F(CurlClientLimitTest, AnEndlessBodyEndsAtTheLimit) {
  TestServer server(
      Endless("HTTP/1.1 200 OK\r\n\r\n", std::string(65536, 'x')));
  ExpectTooLarge(SendWithLimit(server, 1 << 20), 1 << 20);
}

TEST_F(CurlClientLimitTest, AnAnnouncedLengthReservesNothing) {
  TestServer server(
      Endless("HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n",
              std::string(65536, 'x')));
  ExpectTooLarge(SendWithLimit(server, 1 << 20), 1 << 20);
}

TEST_F(CurlClientLimitTest, AGzipReplyIsDecompressed) {
  const std::string text(50'000, 'x');
  TestServer server(Always(GzipReply(text)));
  EXPECT_EQ(SendWithLimit(server, text.size()).body, text);
}

TEST_F(CurlClientLimitTest, TheLimitCountsDecompressedBytes) {
  // 32 MiB in 32 KiB.
  TestServer server(Always(GzipReply(std::string(32 << 20, 'x'))));
  ExpectTooLarge(SendWithLimit(server, 1 << 20), 1 << 20);
}

TEST_F(CurlClientLimitTest, EndlessHeadersEnd) {
  TestServer server(Endless("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n"));
  ExpectTooLarge(SendWithLimit(server, 1 << 20), 1 << 20);
}

TEST_F(CurlClientLimitTest, OneEndlessHeaderEnds) {
  TestServer server(Endless("HTTP/1.1 200 OK\r\nX: ", std::string(65536, 'x')));
  const HttpResult result = SendWithLimit(server, 1 << 20);
  EXPECT_TRUE(result.fault == HttpFault::kTooLarge ||
              result.fault == HttpFault::kBroken);
  EXPECT_TRUE(result.sent);
}

TEST_F(CurlClientLimitTest, EndlessInterimAnswersEnd) {
  TestServer server(Endless("", "HTTP/1.1 100 Continue\r\n\r\n"));
  ExpectTooLarge(SendWithLimit(server, 1 << 20), 1 << 20);
}

TEST_F(CurlClientLimitTest, EndlessTrailersEnd) {
  TestServer server(
      Endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
              "X-More: and more\r\n"));
  ExpectTooLarge(SendWithLimit(server, 1 << 20), 1 << 20);
}

}  // namespace
}  // namespace tcgate
