#include <gtest/gtest.h>
#include <zlib.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "service/http/curl_stream.h"
#include "tests/http/curl_client_fixture.h"

namespace tcgate {
namespace {

using std::chrono::seconds;

constexpr char kHead[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    "X-TC-RequestId: id-7\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr char kEnd[] = "0\r\n\r\n";

std::string Chunk(absl::string_view bytes) {
  return absl::StrCat(absl::Hex(bytes.size()), "\r\n", bytes, "\r\n");
}

// Counts the rounds of a loop.
class CountingPoller final : public Poller {
 public:
  explicit CountingPoller(Poller& real) : real_(real) {}
  void Wait(std::chrono::milliseconds most) override {
    ++rounds;
    real_.Wait(most);
  }
  void RunReady() override { real_.RunReady(); }
  void Wake() override { real_.Wake(); }

  std::atomic<int> rounds{0};

 private:
  Poller& real_;
};

class CurlStreamTest : public CurlClientTest {
 protected:
  std::unique_ptr<HttpStream> Open(const Endpoint& endpoint) {
    return client_->Open(RequestTo(endpoint), cancel_);
  }

  std::string Read(HttpStream& stream, seconds most = seconds(10)) {
    return Await(loop_, stream.Read(clock_.MonoNow() + most));
  }

  std::string ReadAll(HttpStream& stream) {
    std::string all;
    for (std::string part = Read(stream); !part.empty(); part = Read(stream)) {
      all += part;
    }
    return all;
  }

  Cancellation cancel_;
};

TEST_F(CurlStreamTest, PartsComeAsTheyAreSent) {
  std::atomic<int> asked{0};
  TestServer server([&asked](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write(kHead);
    for (const char* part : {"one", "two"}) {
      while (asked == 0) std::this_thread::yield();
      --asked;
      connection.Write(Chunk(part));
    }
    while (asked == 0) std::this_thread::yield();
    connection.Write(kEnd);
  });
  const Endpoint endpoint = EndpointOf(server);
  const auto stream = Open(endpoint);
  EXPECT_EQ(server.connections(), 0);  // Nothing happens before it is read.
  ++asked;
  EXPECT_EQ(Read(*stream), "one");
  EXPECT_EQ(stream->result().status, 200);
  EXPECT_EQ(stream->result().content_type, "text/event-stream");
  EXPECT_EQ(stream->Header("X-TC-RequestId"), "id-7");
  EXPECT_EQ(stream->Header("X-Other"), "");
  ++asked;
  EXPECT_EQ(Read(*stream), "two");
  ++asked;
  EXPECT_EQ(Read(*stream), "");
  EXPECT_EQ(stream->result().fault, HttpFault::kNone);
  EXPECT_TRUE(stream->result().sent);
  EXPECT_EQ(stream->Header("X-TC-RequestId"), "id-7");
  EXPECT_EQ(Read(*stream), "");  // An end stays one.
  EXPECT_EQ(opened_, 1);
}

TEST_F(CurlStreamTest, CompressionIsNotAskedForAndIsUndone) {
  std::string packed(200, '\0');
  z_stream zip{};
  deflateInit2(&zip, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string plain = "data: 1\n\n";
  zip.next_in = reinterpret_cast<Bytef*>(plain.data());
  zip.avail_in = static_cast<uInt>(plain.size());
  zip.next_out = reinterpret_cast<Bytef*>(packed.data());
  zip.avail_out = static_cast<uInt>(packed.size());
  deflate(&zip, Z_FINISH);
  packed.resize(zip.total_out);
  deflateEnd(&zip);

  std::string asked;
  TestServer server([&](TestServer::Connection& connection) {
    connection.ReadRequest();
    asked = connection.request();
    connection.Write(absl::StrCat(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ",
        packed.size(), "\r\n\r\n", packed));
  });
  const Endpoint endpoint = EndpointOf(server);
  const auto stream = Open(endpoint);
  EXPECT_EQ(ReadAll(*stream), plain);
  EXPECT_NE(asked.find("Accept-Encoding: identity\r\n"), std::string::npos);
}

TEST_F(CurlStreamTest, AServerWaitsForAReaderAndTheLoopDoesNotSpin) {
  // Far more than the sockets of both sides hold.
  constexpr std::size_t kParts = 2000;
  const std::string part(16 * 1024, 'x');
  std::atomic<std::size_t> written{0};
  TestServer server([&](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write(kHead);
    for (std::size_t i = 0; i < kParts && connection.Write(Chunk(part)); ++i) {
      ++written;
    }
    connection.Write(kEnd);
  });
  CountingPoller poller(multi_);
  Loop loop(clock_, poller);
  CurlClient client(loop, multi_, resolver_, {});
  const Endpoint endpoint = EndpointOf(server);
  const auto stream = client.Open(RequestTo(endpoint), cancel_);
  const auto read = [&] {
    return Await(loop, stream->Read(clock_.MonoNow() + seconds(10)));
  };
  std::size_t got = read().size();

  // Nobody reads, and the loop runs on: until the server gets no further.
  std::thread running([&loop] { loop.Run(); });
  std::size_t before = 0;
  do {
    before = written;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  } while (written != before);
  const int rounds = poller.rounds;
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_LE(poller.rounds - rounds, 1);
  loop.Stop();
  running.join();
  EXPECT_LT(written, kParts);

  std::size_t most = 0;
  for (std::string bytes = read(); !bytes.empty(); bytes = read()) {
    most = std::max(most, bytes.size());
    got += bytes.size();
  }
  EXPECT_EQ(got, kParts * part.size());
  EXPECT_LT(most, CurlStream::kMostBuffered + 20 * 1024);
  EXPECT_EQ(stream->result().fault, HttpFault::kNone);
}

struct Ending {
  const char* what;
  const char* bytes;  // Behind the request; then the connection is closed.
  HttpFault fault;
};

TEST_F(CurlStreamTest, OnlyAWholeTransferEndsWell) {
  const Ending kEndings[] = {
      {"chunked, ended",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n0"
       "\r\n\r\n",
       HttpFault::kNone},
      {"counted, whole", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none",
       HttpFault::kNone},
      {"ended by the connection", "HTTP/1.1 200 OK\r\n\r\none",
       HttpFault::kNone},
      {"chunked, cut between chunks",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n",
       HttpFault::kBroken},
      {"chunked, cut in a chunk",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\none",
       HttpFault::kBroken},
      {"counted, cut", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\none",
       HttpFault::kBroken},
      {"no answer", "", HttpFault::kBroken},
  };
  for (const Ending& ending : kEndings) {
    SCOPED_TRACE(ending.what);
    TestServer server([&ending](TestServer::Connection& connection) {
      connection.ReadRequest();
      connection.Write(ending.bytes);
    });
    const Endpoint endpoint = EndpointOf(server);
    const auto stream = Open(endpoint);
    EXPECT_EQ(ReadAll(*stream), *ending.bytes == '\0' ? "" : "one");
    EXPECT_EQ(stream->result().fault, ending.fault);
    EXPECT_TRUE(stream->result().sent);
  }
}

TEST_F(CurlStreamTest, NoConnectionIsAFaultAndNothingWasSent) {
  auto server = std::make_unique<TestServer>(Always(""));
  const Endpoint endpoint = EndpointOf(*server);
  server.reset();
  const auto stream = Open(endpoint);
  EXPECT_EQ(Read(*stream), "");
  EXPECT_EQ(stream->result().fault, HttpFault::kConnect);
  EXPECT_FALSE(stream->result().sent);
}

TEST_F(CurlStreamTest, ANameIsFoundByTheResolver) {
  TestServer server(Always(Reply("hello")));
  const Endpoint endpoint = EndpointOf(server, "known.example");
  names_->Answer("known.example", {{"127.0.0.1"}, ""});
  const auto stream = Open(endpoint);
  EXPECT_EQ(ReadAll(*stream), "hello");
}

TEST_F(CurlStreamTest, ANameThatIsNotFoundIsAFault) {
  TestServer server(Always(Reply("hello")));
  const Endpoint endpoint = EndpointOf(server, "unknown.example");
  names_->Answer("unknown.example", {{}, "no such name"});
  const auto stream = Open(endpoint);
  EXPECT_EQ(Read(*stream), "");
  EXPECT_EQ(stream->result().fault, HttpFault::kName);
}

// Sends a part and then nothing; `closed` says when the client has gone.
struct SilentServer {
  std::atomic<bool> closed{false};
  TestServer server{[this](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write(absl::StrCat(kHead, Chunk("one")));
    connection.WaitForClose();
    closed = true;
  }};

  // False if it takes longer than five seconds.
  bool WaitForClosed() {
    for (int i = 0; i < 5000 && !closed; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return closed;
  }
};

TEST_F(CurlStreamTest, TheTimeOfAReadEndsTheExchange) {
  SilentServer silent;
  const Endpoint endpoint = EndpointOf(silent.server);
  const auto stream = Open(endpoint);
  EXPECT_EQ(Read(*stream), "one");
  loop_.Post([this] { clock_.Advance(seconds(11)); });
  EXPECT_EQ(Read(*stream), "");
  EXPECT_EQ(stream->result().fault, HttpFault::kTimeout);
  EXPECT_TRUE(silent.WaitForClosed());
}

TEST_F(CurlStreamTest, TimeWithoutAReadDoesNotCount) {
  std::atomic<bool> go{false};
  TestServer server([&go](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write(absl::StrCat(kHead, Chunk("one")));
    while (!go) std::this_thread::yield();
    connection.Write(absl::StrCat(Chunk("two"), kEnd));
  });
  const Endpoint endpoint = EndpointOf(server);
  const auto stream = Open(endpoint);
  EXPECT_EQ(Read(*stream), "one");
  clock_.Advance(seconds(3600));
  go = true;
  EXPECT_EQ(Read(*stream), "two");
}

TEST_F(CurlStreamTest, ACancellationEndsAReadAndClosesTheSocket) {
  SilentServer silent;
  const Endpoint endpoint = EndpointOf(silent.server);
  const auto stream = Open(endpoint);
  EXPECT_EQ(Read(*stream), "one");
  loop_.Post([this] { cancel_.Request(); });
  EXPECT_EQ(Read(*stream), "");
  EXPECT_EQ(stream->result().fault, HttpFault::kCancelled);
  EXPECT_TRUE(silent.WaitForClosed());
}

TEST_F(CurlStreamTest, AStreamThatIsDroppedClosesTheSocket) {
  SilentServer silent;
  const Endpoint endpoint = EndpointOf(silent.server);
  auto stream = Open(endpoint);
  EXPECT_EQ(Read(*stream), "one");
  stream.reset();
  EXPECT_TRUE(silent.WaitForClosed());
}

// Reads a part of `stream`, and drops `other` in the same breath.
Detached ReadAndDrop(Loop& loop, HttpStream& stream, MonoTime until,
                     std::unique_ptr<HttpStream>& other, std::string& part) {
  Task<std::string> reading = stream.Read(until);
  part = co_await reading;
  other.reset();
  loop.Stop();
}

TEST_F(CurlStreamTest, AStreamMayBeDroppedWhileItsOwnPartIsToBeTold) {
  std::atomic<bool> go{false};
  std::atomic<int> written{0};
  TestServer server([&](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write(absl::StrCat(kHead, Chunk("one")));
    while (!go) std::this_thread::yield();
    connection.Write(Chunk("two"));
    ++written;
    connection.WaitForClose();
  });
  const Endpoint endpoint = EndpointOf(server);
  const auto stream = Open(endpoint);
  auto other = Open(endpoint);
  EXPECT_EQ(Read(*stream), "one");
  EXPECT_EQ(Read(*other), "one");
  go = true;
  while (written < 2) std::this_thread::yield();
  std::string part;  // Both have come by the time the loop looks.
  ReadAndDrop(loop_, *stream, clock_.MonoNow() + seconds(10), other, part);
  loop_.Run();
  EXPECT_EQ(part, "two");
  EXPECT_EQ(other, nullptr);
}

TEST_F(CurlStreamTest, AConnectionOfAStreamThatEndedIsUsedAgain) {
  TestServer server([](TestServer::Connection& connection) {
    while (connection.ReadRequest()) {
      connection.Write(absl::StrCat(kHead, Chunk("one"), kEnd));
    }
  });
  const Endpoint endpoint = EndpointOf(server);
  for (int i = 0; i < 3; ++i) {
    const auto stream = Open(endpoint);
    EXPECT_EQ(ReadAll(*stream), "one");
  }
  EXPECT_EQ(Send(endpoint).body, "one");
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(opened_, 1);
}

}  // namespace
}  // namespace tcgate
