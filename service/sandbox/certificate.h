#ifndef TCGATE_SERVICE_SANDBOX_CERTIFICATE_H_
#define TCGATE_SERVICE_SANDBOX_CERTIFICATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "service/base/secret.h"

namespace tcgate {

// A throw-away certificate authority and the one server certificate that it
// ever issued: its key is gone when `MakeServerIdentity` returns.
struct ServerIdentity {
  std::string ca_pem;           // What clients must trust.
  std::string certificate_pem;  // For localhost, 127.0.0.1 and ::1; P-256.
  Secret key_pem;
};

// Valid from a day ago, for clocks that are behind, for a year. Fails with
// kInternal if OpenSSL does.
absl::StatusOr<ServerIdentity> MakeServerIdentity();

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_CERTIFICATE_H_
