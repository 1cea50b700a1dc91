#ifndef TCGATE_TESTS_RPC_TEST_AUTHORITY_H_
#define TCGATE_TESTS_RPC_TEST_AUTHORITY_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <string>

namespace tcgate {

// A certificate and its key, PEM.
struct IssuedPair {
  std::string certificate;
  std::string key;
};

// A certificate authority that lives as long as the test.
class TestAuthority {
 public:
  TestAuthority();

  struct Request {
    // As in openssl.cnf, `URI:spiffe://a/b,DNS:c`.
    std::string names = "DNS:localhost,IP:127.0.0.1";
    std::chrono::seconds begins{-3600};  // From now.
    std::chrono::seconds ends{3600};
    bool weak = false;  // A key that OpenSSL refuses.
  };
  IssuedPair Issue(const Request& request) const;
  IssuedPair Issue() const { return Issue(Request()); }
  IssuedPair IssueTo(const std::string& names) const;

  // Its own certificate, PEM.
  const std::string& pem() const { return pem_; }

 private:
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::unique_ptr<X509, void (*)(X509*)> certificate_;
  std::string pem_;
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_RPC_TEST_AUTHORITY_H_
