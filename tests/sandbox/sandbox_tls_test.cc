#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "service/sandbox/sandbox.h"
#include "tests/sandbox/signed_request.h"
#include "tests/support/fake_clock.h"
#include "tests/support/raw_client.h"

namespace tcgate {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Connection = std::unique_ptr<SSL, decltype(&SSL_free)>;

class SandboxTlsTest : public testing::Test {
 protected:
  void SetUp() override {
    SandboxOptions options;
    options.address = "127.0.0.1:0";
    options.tls = true;
    options.credentials = TestCredentials();
    auto sandbox = Sandbox::Start(std::move(options), ShippedCatalog(), clock_);
    ASSERT_TRUE(sandbox.ok()) << sandbox.status();
    sandbox_ = *std::move(sandbox);
  }

  // A client that trusts `ca_pem` alone.
  static Context Trusting(const std::string& ca_pem) {
    Context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    BIO* bio = BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size()));
    X509* ca = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), ca);
    X509_free(ca);
    BIO_free(bio);
    return context;
  }

  // Returns the verified connection, or null.
  static Connection Shake(const Context& context, const RawClient& client,
                          const char* name, const char* ip) {
    Connection connection(SSL_new(context.get()), SSL_free);
    X509_VERIFY_PARAM* param = SSL_get0_param(connection.get());
    if (name != nullptr) SSL_set1_host(connection.get(), name);
    if (ip != nullptr) X509_VERIFY_PARAM_set1_ip_asc(param, ip);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
    SSL_set_fd(connection.get(), client.fd());
    if (SSL_connect(connection.get()) != 1) connection.reset();
    return connection;
  }

  FakeClock clock_;
  std::unique_ptr<Sandbox> sandbox_;
};

TEST_F(SandboxTlsTest, ItsAuthorityVerifiesEveryNameOfThisMachine) {
  const Context context = Trusting(sandbox_->ca_pem());
  const std::pair<const char*, const char*> names[] = {
      {"localhost", nullptr}, {nullptr, "127.0.0.1"}, {nullptr, "::1"}};
  for (const auto& [name, ip] : names) {
    const RawClient client(sandbox_->address());
    EXPECT_NE(Shake(context, client, name, ip), nullptr);
  }
  const RawClient client(sandbox_->address());
  EXPECT_EQ(Shake(context, client, "example.com", nullptr), nullptr);
}

TEST_F(SandboxTlsTest, ARequestIsAnsweredAndATicketResumes) {
  const Context context = Trusting(sandbox_->ca_pem());
  const RawClient client(sandbox_->address());
  const Connection first = Shake(context, client, "localhost", nullptr);
  ASSERT_NE(first, nullptr);
  const std::string request = SignedRequest().Text();
  ASSERT_EQ(
      SSL_write(first.get(), request.data(), static_cast<int>(request.size())),
      static_cast<int>(request.size()));
  char reply[4096];
  const int got = SSL_read(first.get(), reply, sizeof(reply));
  ASSERT_GT(got, 0);
  EXPECT_THAT(std::string(reply, static_cast<std::size_t>(got)),
              testing::HasSubstr("{\"Response\":{\"Devices\":["));

  std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> session(
      SSL_get1_session(first.get()), SSL_SESSION_free);
  const RawClient again(sandbox_->address());
  const Connection second(SSL_new(context.get()), SSL_free);
  SSL_set_session(second.get(), session.get());
  SSL_set_fd(second.get(), again.fd());
  ASSERT_EQ(SSL_connect(second.get()), 1);
  EXPECT_EQ(SSL_session_reused(second.get()), 1);
}

TEST_F(SandboxTlsTest, EachSandboxIsAnAuthorityOfItsOwn) {
  SandboxOptions options;
  options.address = "127.0.0.1:0";
  options.tls = true;
  const auto other =
      Sandbox::Start(std::move(options), ShippedCatalog(), clock_);
  ASSERT_TRUE(other.ok()) << other.status();
  const Context context = Trusting((*other)->ca_pem());
  const RawClient client(sandbox_->address());
  EXPECT_EQ(Shake(context, client, "localhost", nullptr), nullptr);
}

TEST_F(SandboxTlsTest, OldVersionsOfTlsAreRefused) {
  const Context context = Trusting(sandbox_->ca_pem());
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
  const RawClient client(sandbox_->address());
  EXPECT_EQ(Shake(context, client, "localhost", nullptr), nullptr);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  const RawClient newer(sandbox_->address());
  EXPECT_NE(Shake(context, newer, "localhost", nullptr), nullptr);
}

}  // namespace
}  // namespace tcgate
