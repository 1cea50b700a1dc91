#include "service/rpc/certificate_set.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tcgate {
namespace {

template <auto free>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    free(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;

template <typename... Parts>
absl::Status Fault(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

Bio Reader(absl::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// A key with a password must not make OpenSSL ask for it on the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

// All certificates of a text, or nothing if it is damaged or has none.
std::optional<std::vector<Certificate>> ReadCertificates(
    absl::string_view text) {
  // gRPC takes texts that end with the first NUL.
  if (text.find('\0') != absl::string_view::npos) return std::nullopt;
  const Bio bio = Reader(text);
  std::vector<Certificate> certificates;
  ERR_clear_error();
  while (X509* next =
             PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr)) {
    certificates.emplace_back(next);
  }
  const bool at_end =
      ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end || certificates.empty()) return std::nullopt;
  return certificates;
}

absl::Status CheckDates(const std::vector<Certificate>& chain,
                        const std::string& file, WallTime now) {
  std::time_t time = std::chrono::system_clock::to_time_t(now);
  for (const Certificate& one : chain) {
    if (X509_cmp_time(X509_get0_notAfter(one.get()), &time) <= 0) {
      return Fault(file, ": a certificate has expired");
    }
    if (X509_cmp_time(X509_get0_notBefore(one.get()), &time) >= 0) {
      return Fault(file, ": a certificate is not valid yet: check the clock");
    }
  }
  return absl::OkStatus();
}

// Does with the pair what gRPC will do.
absl::Status CheckPair(X509* certificate, const Secret& text,
                       const TlsFiles& files) {
  const Bio bio = Reader(text.Reveal());
  const Key key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr));
  if (key == nullptr) {
    return Fault(files.key_file,
                 ": not a private key in PEM that needs no password");
  }
  const Context context(SSL_CTX_new(TLS_server_method()));
  if (SSL_CTX_use_certificate(context.get(), certificate) != 1) {
    return Fault(files.cert_file,
                 ": OpenSSL refuses the certificate, as for a key that is too "
                 "short");
  }
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return Fault(files.key_file, ": not the key of the certificate in ",
                 files.cert_file);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckCertificateSet(const CertificateSet& set,
                                 const TlsFiles& files, WallTime now) {
  constexpr absl::string_view kNoCertificates =
      ": not one or more whole certificates in PEM";
  const auto chain = ReadCertificates(set.chain);
  if (!chain.has_value()) return Fault(files.cert_file, kNoCertificates);
  absl::Status status = CheckDates(*chain, files.cert_file, now);
  if (status.ok()) status = CheckPair(chain->front().get(), set.key, files);
  ERR_clear_error();
  if (!status.ok()) return status;
  if (!files.client_ca_file.empty() && !ReadCertificates(set.client_ca)) {
    return Fault(files.client_ca_file, kNoCertificates);
  }
  return absl::OkStatus();
}

}  // namespace tcgate
