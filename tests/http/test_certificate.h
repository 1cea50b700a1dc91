#ifndef TCGATE_TESTS_HTTP_TEST_CERTIFICATE_H_
#define TCGATE_TESTS_HTTP_TEST_CERTIFICATE_H_

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace tcgate {

// A self-signed certificate for `upstream.test` and 127.0.0.1, made afresh, and
// a file with it for clients that are to trust it. The file goes with it.
class TestCertificate {
 public:
  TestCertificate();
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;
  ~TestCertificate();

  const std::string& file() const { return file_; }
  // For servers.
  SSL_CTX* context() const { return context_.get(); }

 private:
  std::string file_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_HTTP_TEST_CERTIFICATE_H_
