// Host names: found by the resolver, never by libcurl.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>

#include "tests/http/curl_client_fixture.h"

namespace tcgate {
namespace {

using std::chrono::seconds;

TEST_F(CurlClientTest, AHostIsConnectedToAtItsAddress) {
  TestServer server(Always(Reply("{}")));
  names_->Answer("upstream.test", {{"127.0.0.1"}, ""});
  EXPECT_EQ(Send(EndpointOf(server, "upstream.test")).body, "{}");
}

TEST_F(CurlClientTest, ANameThatIsNotFoundIsNameAndDidNotRun) {
  const Endpoint endpoint{"http://missing.test:1/", "missing.test", ""};
  names_->Answer("missing.test", {{}, "no such name"});
  const HttpResult result = Send(endpoint);
  EXPECT_EQ(result.fault, HttpFault::kName);
  EXPECT_FALSE(result.sent);
  EXPECT_EQ(result.error, "missing.test: no such name");
}

TEST_F(CurlClientTest, TheNextAddressIsTriedWhereOneRefuses) {
  TestServer server(Always(Reply("{}")));  // On 127.0.0.1 alone.
  names_->Answer("upstream.test", {{"127.0.0.2", "127.0.0.1"}, ""});
  EXPECT_EQ(Send(EndpointOf(server, "upstream.test")).body, "{}");
}

// libcurl would wait for the first address, for minutes, each time anew.
TEST_F(CurlClientTest, TheNextAddressIsTriedAfterOneWasSilent) {
  TestCertificate certificate;
  TestServer server(Always(Reply("{}")), certificate.context());
  // Takes a connection and answers no handshake.
  const int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(server.port()));
  inet_pton(AF_INET, "127.0.0.2", &address.sin_addr);
  ASSERT_EQ(
      bind(silent, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(listen(silent, 8), 0);
  int accepted = -1;
  std::thread late([this, silent, &accepted] {
    accepted = accept(silent, nullptr, nullptr);
    loop_.Post([this] { clock_.Advance(seconds(10)); });
  });

  Endpoint endpoint = EndpointOf(server, "upstream.test");
  endpoint.ca_file = certificate.file();
  names_->Answer("upstream.test", {{"127.0.0.2", "127.0.0.1"}, ""});
  const HttpResult first = Send(endpoint);
  late.join();
  EXPECT_EQ(first.fault, HttpFault::kTimeout);
  EXPECT_FALSE(first.sent);
  EXPECT_EQ(Send(endpoint).body, "{}");

  // Also where the name is found anew, in the order that it has.
  clock_.Advance(Resolver::kStale);
  HttpRequest request = RequestTo(endpoint);
  EXPECT_EQ(Send(std::move(request)).body, "{}");
  close(accepted);
  close(silent);
}

TEST_F(CurlClientTest, AnAddressOfTheOtherFamilyIsTriedWhereOneRefuses) {
  TestServer server(Always(Reply("{}")));
  names_->Answer("upstream.test", {{"::1", "127.0.0.1"}, ""});
  EXPECT_EQ(Send(EndpointOf(server, "upstream.test")).body, "{}");
}

TEST_F(CurlClientTest, NewAddressesReplaceWhatLibcurlKnows) {
  TestServer server(Always(Reply("{}")));
  const Endpoint endpoint = EndpointOf(server, "upstream.test");
  names_->Answer("upstream.test", {{"127.0.0.2"}, ""});
  EXPECT_EQ(Send(endpoint).fault, HttpFault::kConnect);
  names_->Answer("upstream.test", {{"127.0.0.1"}, ""});
  clock_.Advance(Resolver::kStale);
  EXPECT_EQ(Send(endpoint).fault, HttpFault::kNone);
}

TEST_F(CurlClientTest, LocalhostIsANameLikeOthers) {
  TestServer server(Always(Reply("{}")));
  const Endpoint endpoint = EndpointOf(server, "localhost");
  names_->Answer("localhost", {{}, "no such name"});
  EXPECT_EQ(Send(endpoint).fault, HttpFault::kName);  // The resolver has none.
  names_->Answer("localhost", {{"127.0.0.1"}, ""});
  EXPECT_EQ(Send(endpoint).fault, HttpFault::kNone);
}

TEST_F(CurlClientTest, AHangingNameServerIsNameAndDidNotRun) {
  const Endpoint endpoint{"http://hangs.test:1/", "hangs.test", ""};
  names_->Hang("hangs.test");
  loop_.Post([this] { clock_.Advance(Resolver::kPatience); });
  const HttpResult result = Send(endpoint);
  EXPECT_EQ(result.fault, HttpFault::kName);
  EXPECT_FALSE(result.sent);
  EXPECT_EQ(result.error, "hangs.test: the name server did not answer in time");
}

TEST_F(CurlClientTest, AHangingNameServerDoesNotHoldUpACancellation) {
  const Endpoint endpoint{"http://hangs.test:1/", "hangs.test", ""};
  names_->Hang("hangs.test");
  Cancellation cancel;
  loop_.Post([&cancel] { cancel.Request(); });
  const HttpResult result =
      Await(loop_, client_->Send(RequestTo(endpoint), cancel));
  EXPECT_EQ(result.fault, HttpFault::kCancelled);
  EXPECT_FALSE(result.sent);
}

}  // namespace
}  // namespace tcgate
