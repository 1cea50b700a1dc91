#include "service/sandbox/certificate.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "service/base/free_with.h"

namespace tcgate {
namespace {

using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using Bio = std::unique_ptr<BIO, FreeWith<BIO_free>>;
using Number = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;
using Extension =
    std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>>;

constexpr std::int64_t kDaySeconds = 86'400;
constexpr int kSerialBits = 127;  // RFC 5280 allows 20 bytes, not negative.

using Extensions = std::vector<std::pair<int, const char*>>;

const Extensions kCaExtensions = {
    {NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
    {NID_key_usage, "critical,keyCertSign"},
    {NID_subject_key_identifier, "hash"},
};
const Extensions kServerExtensions = {
    {NID_basic_constraints, "critical,CA:FALSE"},
    {NID_key_usage, "critical,digitalSignature"},
    {NID_ext_key_usage, "serverAuth"},
    {NID_subject_key_identifier, "hash"},
    {NID_authority_key_identifier, "keyid"},
    {NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1"},
};

bool SetSerial(X509& certificate) {
  const Number number(BN_new());
  return number != nullptr &&
         BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ANY,
                 BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(),
                            X509_get_serialNumber(&certificate)) != nullptr;
}

bool AddExtensions(X509& certificate, X509& issuer, const Extensions& list) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  for (const auto& [nid, value] : list) {
    const Extension extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    if (extension == nullptr ||
        X509_add_ext(&certificate, extension.get(), -1) != 1) {
      return false;
    }
  }
  return true;
}

// Makes the certificate of `key`, issued by `issuer` and signed with its key;
// without an issuer it issues itself. Null if OpenSSL fails.
Certificate Issue(const char* name, const Extensions& extensions, EVP_PKEY* key,
                  X509* issuer, EVP_PKEY* issuer_key) {
  Certificate certificate(X509_new());
  if (certificate == nullptr) return nullptr;
  X509* const made = certificate.get();
  if (issuer == nullptr) issuer = made;
  X509_NAME* const subject = X509_get_subject_name(made);
  const bool ok =
      X509_set_version(made, X509_VERSION_3) == 1 && SetSerial(*made) &&
      X509_gmtime_adj(X509_getm_notBefore(made), -kDaySeconds) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(made), 365 * kDaySeconds) != nullptr &&
      X509_set_pubkey(made, key) == 1 &&
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(name),
                                 -1, -1, 0) == 1 &&
      X509_set_issuer_name(made, X509_get_subject_name(issuer)) == 1 &&
      AddExtensions(*made, *issuer, extensions) &&
      X509_sign(made, issuer_key, EVP_sha256()) > 0;
  return ok ? std::move(certificate) : nullptr;
}

absl::string_view Written(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

absl::StatusOr<ServerIdentity> MakeServerIdentity() {
  const Key ca_key(EVP_EC_gen("P-256"));
  const Key key(EVP_EC_gen("P-256"));
  // Secure memory is wiped when it is freed.
  const Bio ca_pem(BIO_new(BIO_s_mem()));
  const Bio certificate_pem(BIO_new(BIO_s_mem()));
  const Bio key_pem(BIO_new(BIO_s_secmem()));
  const Certificate ca = Issue("tcgate sandbox CA", kCaExtensions, ca_key.get(),
                               nullptr, ca_key.get());
  if (ca != nullptr) {
    const Certificate certificate = Issue("localhost", kServerExtensions,
                                          key.get(), ca.get(), ca_key.get());
    if (certificate != nullptr &&
        PEM_write_bio_X509(ca_pem.get(), ca.get()) == 1 &&
        PEM_write_bio_X509(certificate_pem.get(), certificate.get()) == 1 &&
        PEM_write_bio_PKCS8PrivateKey(key_pem.get(), key.get(), nullptr,
                                      nullptr, 0, nullptr, nullptr) == 1) {
      return ServerIdentity{std::string(Written(ca_pem.get())),
                            std::string(Written(certificate_pem.get())),
                            Secret(Written(key_pem.get()))};
    }
  }
  return absl::InternalError("OpenSSL could not make a certificate");
}

}  // namespace tcgate
