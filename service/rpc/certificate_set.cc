#include "service/rpc/certificate_set.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/base/free_with.h"

namespace tcgate {
namespace {

using Bio = std::unique_ptr<BIO, FreeWith<BIO_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;

template <typename... Parts>
absl::Status Fault(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

Bio Reader(absl::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// A key with a password must not make OpenSSL ask for it on the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

// gRPC reads no further than a NUL.
bool HasNul(absl::string_view text) {
  return text.find('\0') != absl::string_view::npos;
}

// All certificates of a text, or nothing if it is damaged or has none. As gRPC
// reads them: `BEGIN TRUSTED CERTIFICATE` begins one too.
std::optional<std::vector<Certificate>> ReadCertificates(
    absl::string_view text) {
  if (HasNul(text)) return std::nullopt;
  const Bio bio = Reader(text);
  std::vector<Certificate> certificates;
  ERR_clear_error();
  while (X509* next =
             PEM_read_bio_X509_AUX(bio.get(), nullptr, NoPassword, nullptr)) {
    certificates.emplace_back(next);
  }
  const bool at_end =
      ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end || certificates.empty()) return std::nullopt;
  return certificates;
}

bool IsPast(const Certificate& one, WallTime now) {
  std::time_t time = std::chrono::system_clock::to_time_t(now);
  return X509_cmp_time(X509_get0_notAfter(one.get()), &time) <= 0;
}

bool IsToCome(const Certificate& one, WallTime now) {
  std::time_t time = std::chrono::system_clock::to_time_t(now);
  return X509_cmp_time(X509_get0_notBefore(one.get()), &time) >= 0;
}

absl::Status CheckDates(const std::vector<Certificate>& chain,
                        const std::string& file, WallTime now) {
  for (const Certificate& one : chain) {
    if (IsPast(one, now)) return Fault(file, ": a certificate has expired");
    if (IsToCome(one, now)) {
      return Fault(file, ": a certificate is not valid yet: check the clock");
    }
  }
  return absl::OkStatus();
}

// An old authority may stay beside its successor; with old ones alone no client
// could connect.
absl::Status CheckAuthorities(const std::vector<Certificate>& authorities,
                              const std::string& file, WallTime now) {
  const bool any = std::any_of(
      authorities.begin(), authorities.end(), [now](const Certificate& one) {
        return !IsPast(one, now) && !IsToCome(one, now);
      });
  return any ? absl::OkStatus()
             : Fault(file, ": every authority has expired or is not valid yet");
}

// Does with the pair what gRPC will do.
absl::Status CheckPair(X509* certificate, const Secret& text,
                       const TlsFiles& files) {
  // Of `engine:` gRPC makes the name of a key that OpenSSL is to fetch.
  if (HasNul(text.Reveal()) || absl::StartsWith(text.Reveal(), "engine:")) {
    return Fault(files.key_file, ": not a private key in PEM and nothing else");
  }
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
  if (files.client_ca_file.empty()) return absl::OkStatus();
  const auto authorities = ReadCertificates(set.client_ca);
  if (!authorities.has_value()) {
    return Fault(files.client_ca_file, kNoCertificates);
  }
  return CheckAuthorities(*authorities, files.client_ca_file, now);
}

bool HasExpired(absl::string_view certificate, WallTime now) {
  const auto read = ReadCertificates(certificate);
  return !read.has_value() || IsPast(read->front(), now);
}

}  // namespace tcgate
