#include "tests/rpc/test_authority.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <atomic>

namespace tcgate {
namespace {

template <typename Write>
std::string Pem(Write write) {
  BIO* bio = BIO_new(BIO_s_mem());
  write(bio);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

std::string ToPem(X509* certificate) {
  return Pem([certificate](BIO* bio) { PEM_write_bio_X509(bio, certificate); });
}

// A certificate of `key` that still has to be signed.
X509* Unsigned(EVP_PKEY* key, const char* name, std::chrono::seconds begins,
               std::chrono::seconds ends) {
  static std::atomic<int> serial{1};
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate), begins.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate), ends.count());
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(
      X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
      reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  return certificate;
}

void AddExtension(X509* certificate, int nid, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

TestAuthority::TestAuthority()
    : key_(EVP_EC_gen("P-256"), EVP_PKEY_free),
      certificate_(Unsigned(key_.get(), "test authority",
                            std::chrono::hours(-2), std::chrono::hours(2)),
                   X509_free) {
  X509* own = certificate_.get();
  X509_set_issuer_name(own, X509_get_subject_name(own));
  AddExtension(own, NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(own, key_.get(), EVP_sha256());
  pem_ = ToPem(own);
}

IssuedPair TestAuthority::Issue(const Request& request) const {
  constexpr std::size_t kWeakBits = 1024;  // OpenSSL's level 2 wants 2048.
  EVP_PKEY* key = request.weak ? EVP_RSA_gen(kWeakBits) : EVP_EC_gen("P-256");
  X509* certificate = Unsigned(key, "test", request.begins, request.ends);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate_.get()));
  AddExtension(certificate, NID_subject_alt_name, request.names.c_str());
  X509_sign(certificate, key_.get(), EVP_sha256());
  IssuedPair pair{ToPem(certificate), Pem([key](BIO* bio) {
                    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0,
                                             nullptr, nullptr);
                  })};
  X509_free(certificate);
  EVP_PKEY_free(key);
  return pair;
}

IssuedPair TestAuthority::IssueTo(const std::string& names) const {
  Request request;
  request.names = names;
  return Issue(request);
}

}  // namespace tcgate
