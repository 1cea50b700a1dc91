#include "service/admin/admin_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/telemetry/metrics.h"
#include "tests/support/raw_client.h"

namespace tcgate {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class AdminServerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto server = AdminServer::Start("127.0.0.1:0", metrics_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  std::string Ask(absl::string_view method, absl::string_view target) const {
    return RawExchange(
        server_->address(),
        absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: a\r\n\r\n"));
  }

  Metrics metrics_{{"demo.GetThing"}};
  std::unique_ptr<AdminServer> server_;
};

TEST_F(AdminServerTest, IsLiveFromTheStartAndReadyWhenTold) {
  EXPECT_THAT(Ask("GET", "/livez"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(Ask("GET", "/readyz"), StartsWith("HTTP/1.1 503 "));
  server_->SetReady(true);
  EXPECT_THAT(Ask("GET", "/metrics"), HasSubstr("\ntcgate_ready 1\n"));
  EXPECT_THAT(Ask("GET", "/readyz?verbose"), StartsWith("HTTP/1.1 200 "));
  server_->SetReady(false);
  EXPECT_THAT(Ask("GET", "/readyz"), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(Ask("GET", "/livez"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(AdminServerTest, ShowsMetricsInThePrometheusFormat) {
  metrics_.CallEnded(0, absl::StatusCode::kOk, DecidedBy::kVendor,
                     std::chrono::milliseconds(3));
  const std::string reply = Ask("GET", "/metrics");
  EXPECT_THAT(reply, HasSubstr("Content-Type: text/plain; version=0.0.4\r\n"));
  EXPECT_THAT(reply, HasSubstr("tcgate_calls_total{"));
}

TEST_F(AdminServerTest, TheIndexNamesEveryPage) {
  const std::string reply = Ask("GET", "/");
  for (const char* page : {"/livez", "/readyz", "/metrics"}) {
    EXPECT_THAT(reply, HasSubstr(page));
    EXPECT_THAT(Ask("GET", page), StartsWith("HTTP/1.1 ")) << page;
  }
}

TEST_F(AdminServerTest, IsReadOnly) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH"}) {
    const std::string reply = Ask(method, "/readyz");
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 405 ")) << method;
    EXPECT_THAT(reply, HasSubstr("Allow: GET\r\n")) << method;
  }
}

TEST_F(AdminServerTest, OtherPagesAreNotFound) {
  for (const char* target : {"/x", "/livez/", "/metrics/..", "//"}) {
    EXPECT_THAT(Ask("GET", target), StartsWith("HTTP/1.1 404 ")) << target;
  }
}

TEST_F(AdminServerTest, ALargeBodyIsRefused) {
  RawClient client(server_->address());
  client.Send("GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n");
  EXPECT_THAT(client.ReadReply(), StartsWith("HTTP/1.1 413 "));
}

}  // namespace
}  // namespace tcgate
