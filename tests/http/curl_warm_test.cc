#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "service/base/mutex.h"
#include "tests/http/curl_client_fixture.h"

namespace tcgate {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CurlWarmTest : public CurlClientTest {
 protected:
  CurlWarmTest()
      : server_([this](auto& connection) { Serve(connection); },
                certificate_.context()) {
    endpoint_ = EndpointOf(server_);
    endpoint_.ca_file = certificate_.file();
  }

  void Serve(TestServer::Connection& connection) {
    while (connection.ReadRequest()) {
      {
        MutexLock lock(mu_);
        requests_.push_back(connection.request());
      }
      connection.Write(Reply(""));
    }
  }

  int Warm(int connections) {
    Cancellation cancel;
    return Await(loop_, client_->Warm(endpoint_, connections, cancel));
  }

  std::vector<std::string> requests() {
    MutexLock lock(mu_);
    return requests_;
  }

  TestCertificate certificate_;
  Mutex mu_;
  std::vector<std::string> requests_ ABSL_GUARDED_BY(mu_);
  TestServer server_;
  Endpoint endpoint_;
};

TEST_F(CurlWarmTest, RequestsUseTheConnectionsThatWereOpened) {
  EXPECT_EQ(Warm(16), 16);
  EXPECT_EQ(server_.connections(), 16);
  EXPECT_EQ(opened_, 16);
  for (const HttpResult& result : SendAtOnce(16, endpoint_)) {
    EXPECT_EQ(result.fault, HttpFault::kNone);
  }
  EXPECT_EQ(server_.connections(), 16);
  EXPECT_EQ(opened_, 16);
  EXPECT_EQ(reused_, 16);
}

TEST_F(CurlWarmTest, TheServerSeesAHeadWithoutASignature) {
  Warm(3);
  EXPECT_THAT(requests(), Each(StartsWith("HEAD / HTTP/1.1\r\nHost: ")));
  EXPECT_THAT(requests(), Each(Not(HasSubstr("Authorization"))));
  EXPECT_THAT(requests(), Each(Not(HasSubstr("X-TC-"))));
}

TEST_F(CurlWarmTest, OpensOnlyWhatIsMissing) {
  EXPECT_EQ(Send(endpoint_).fault, HttpFault::kNone);
  EXPECT_EQ(Warm(4), 3);
  EXPECT_EQ(Warm(4), 0);
  EXPECT_EQ(Warm(0), 0);
  EXPECT_EQ(server_.connections(), 4);
}

TEST_F(CurlWarmTest, AnEndpointThatCannotBeReachedGivesNone) {
  endpoint_.ca_file = "/nonexistent/ca.pem";
  EXPECT_EQ(Warm(4), 0);
  endpoint_.url = "no url";
  EXPECT_EQ(Warm(4), 0);
  EXPECT_EQ(multi_.connections().open(), 0u);
}

TEST_F(CurlWarmTest, MayBeCancelled) {
  TestServer silent([](auto& connection) { connection.WaitForClose(); });
  const Endpoint endpoint = EndpointOf(silent);
  Cancellation cancel;
  loop_.Post([&] { loop_.Post([&cancel] { cancel.Request(); }); });
  EXPECT_EQ(Await(loop_, client_->Warm(endpoint, 4, cancel)), 0);
  EXPECT_EQ(multi_.connections().open(), 0u);
}

}  // namespace
}  // namespace tcgate
