// For how long an idle connection is used, on a fake clock.

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

#include "tests/http/curl_client_fixture.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class CurlAgeTest : public CurlClientTest {
 protected:
  CurlAgeTest() : CurlClientTest(Ages::kFake) {}

  void SendAfter(milliseconds idle, bool once, const Endpoint& endpoint) {
    clock_.Advance(idle);
    HttpRequest request = RequestTo(endpoint);
    request.send_once = once;
    EXPECT_EQ(Send(std::move(request)).fault, HttpFault::kNone);
  }
};

TEST_F(CurlAgeTest, AnIdleConnectionIsTooOldForAWriteBeforeItIsForARead) {
  CurlClientOptions options;
  options.max_idle_once = seconds(1);
  Use(options);
  TestServer server(Always(Reply("{}")));
  const Endpoint endpoint = EndpointOf(server);
  SendAfter({}, /*once=*/true, endpoint);
  SendAfter(milliseconds(999), /*once=*/true, endpoint);
  SendAfter(milliseconds(1001), /*once=*/false, endpoint);
  EXPECT_EQ(server.connections(), 1);
  SendAfter(milliseconds(1001), /*once=*/true, endpoint);
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(CurlAgeTest, TheTimeThatAServerAnnouncesIsKept) {
  TestServer server(
      Always("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=10\r\n"
             "Content-Length: 2\r\n\r\n{}"));
  const Endpoint endpoint = EndpointOf(server);
  SendAfter({}, /*once=*/false, endpoint);
  SendAfter(milliseconds(8000), /*once=*/false, endpoint);
  EXPECT_EQ(server.connections(), 1);
  SendAfter(milliseconds(8001), /*once=*/false, endpoint);
  EXPECT_EQ(server.connections(), 2);
}

}  // namespace
}  // namespace tcgate
