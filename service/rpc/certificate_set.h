#ifndef TCGATE_SERVICE_RPC_CERTIFICATE_SET_H_
#define TCGATE_SERVICE_RPC_CERTIFICATE_SET_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/base/secret.h"

namespace tcgate {

// Where the certificates of a listener are: PEM files.
struct TlsFiles {
  std::string cert_file;  // The server's, then those up to its authority.
  std::string key_file;
  // Authorities of the clients' certificates, which every client must then
  // have. Empty: clients are not asked for one.
  std::string client_ca_file;
};

// What stands in these files, read together.
struct CertificateSet {
  std::string chain;
  Secret key;
  std::string client_ca;
};

// Judges whether the set can serve: each part can be read to its end, the key
// is that of the first certificate and strong enough for OpenSSL, and none of
// the server's certificates and not every authority of the clients is out of
// date at `now`. kInvalidArgument: says what is wrong with which file, and
// nothing of what is in it. Pure, thread-safe.
absl::Status CheckCertificateSet(const CertificateSet& set,
                                 const TlsFiles& files, WallTime now);

// Whether the certificate, PEM, is past its last second at `now`; one that
// cannot be read is. Pure, thread-safe.
bool HasExpired(absl::string_view certificate, WallTime now);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_CERTIFICATE_SET_H_
