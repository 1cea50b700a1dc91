#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/http/curl_client_fixture.h"

namespace tcgate {
namespace {

class CurlClientTlsTest : public CurlClientTest {
 protected:
  Endpoint SecureEndpoint(const std::string& host = "127.0.0.1") {
    Endpoint endpoint = EndpointOf(server_, host);
    endpoint.ca_file = certificate_.file();
    return endpoint;
  }

  static void ExpectTlsFault(const HttpResult& result) {
    EXPECT_EQ(result.fault, HttpFault::kTls);
    EXPECT_FALSE(result.sent);
    EXPECT_NE(result.error, "");
  }

  TestCertificate certificate_;
  TestServer server_{Always(Reply("{}")), certificate_.context()};
};

TEST_F(CurlClientTlsTest, ATrustedServerAnswers) {
  EXPECT_EQ(Send(SecureEndpoint()).body, "{}");
}

TEST_F(CurlClientTlsTest, AServerIsVerifiedByItsNameNotByItsAddress) {
  names_->Answer("upstream.test", {{"127.0.0.1"}, ""});
  names_->Answer("other.test", {{"127.0.0.1"}, ""});
  EXPECT_EQ(Send(SecureEndpoint("upstream.test")).body, "{}");
  ExpectTlsFault(Send(SecureEndpoint("other.test")));
}

TEST_F(CurlClientTlsTest, AServerOfAnotherAuthorityIsTlsAndDidNotRun) {
  const TestCertificate other;
  Endpoint endpoint = SecureEndpoint();
  endpoint.ca_file = other.file();
  const HttpResult result = Send(endpoint);
  ExpectTlsFault(result);
  EXPECT_THAT(result.error, testing::HasSubstr("certificate"));
  EXPECT_EQ(opened_, 0);
}

TEST_F(CurlClientTlsTest, TheSystemsTrustStoreIsUsedWithoutAFile) {
  Endpoint endpoint = SecureEndpoint();
  endpoint.ca_file = "";
  ExpectTlsFault(Send(endpoint));
}

TEST_F(CurlClientTlsTest, AnotherAuthorityDoesNotInheritAConnection) {
  EXPECT_EQ(Send(SecureEndpoint()).fault, HttpFault::kNone);
  Endpoint endpoint = SecureEndpoint();
  endpoint.ca_file = "";
  ExpectTlsFault(Send(endpoint));
}

TEST_F(CurlClientTlsTest, AMissingFileIsTlsAndDidNotRun) {
  Endpoint endpoint = SecureEndpoint();
  endpoint.ca_file = "/nonexistent/ca.pem";
  ExpectTlsFault(Send(endpoint));
}

TEST_F(CurlClientTlsTest, AServerThatSpeaksNoTlsIsTlsAndDidNotRun) {
  TestServer plain([](TestServer::Connection& connection) {
    connection.ReadSome();
    connection.Write("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  Endpoint endpoint = SecureEndpoint();
  endpoint.url = plain.Url().replace(0, 4, "https");
  ExpectTlsFault(Send(endpoint));
}

TEST_F(CurlClientTlsTest, NewConnectionsTakeUpTheSessionOfAnEarlierOne) {
  TestServer closing(
      [](TestServer::Connection& connection) {
        connection.ReadRequest();
        connection.Write(
            "HTTP/1.1 200 OK\r\nConnection: close\r\n"
            "Content-Length: 2\r\n\r\n{}");
      },
      certificate_.context());
  Endpoint endpoint = EndpointOf(closing);
  endpoint.ca_file = certificate_.file();
  for (int i = 0; i < 3; ++i) {
    Use({});  // Handles of its own, so that what is shared is not theirs.
    EXPECT_EQ(Send(endpoint).body, "{}");
  }
  EXPECT_EQ(closing.connections(), 3);
  EXPECT_EQ(closing.resumptions(), 2);
}

}  // namespace
}  // namespace tcgate
