// Host names: found by the resolver, never by libcurl.

#include <gtest/gtest.h>

#include <string>

#include "tests/http/curl_client_fixture.h"

namespace tcgate {
namespace {

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
