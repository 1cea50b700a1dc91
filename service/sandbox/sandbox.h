#ifndef TCGATE_SERVICE_SANDBOX_SANDBOX_H_
#define TCGATE_SERVICE_SANDBOX_SANDBOX_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/base/clock.h"
#include "service/sandbox/verify.h"

namespace tcgate {

class Catalog;

struct SandboxOptions {
  // IP address and port; port 0 is any free one.
  std::string address = "127.0.0.1:8180";
  bool tls = false;
  std::vector<SandboxCredential> credentials;
  // Whether the vendor's rate limits hold; see rate_limits.h.
  bool limits = true;
};

// The built-in imitation of the vendor, for development and for making faults:
// verifies signatures and parameters as the vendor documents it, and remembers
// what calls make, for each key apart, until it ends. Official clients work
// against it, with its endpoint and scheme for the vendor's. What its user may
// ask of it is in control.h.
//
// Not the proof that the gateway is right: it is written by the same hand.
// Serves on one thread of its own, at most 1024 connections with at most 10 MiB
// of request each. Thread-safe.
class Sandbox {
 public:
  // With `tls` it makes a certificate authority of its own, see certificate.h.
  // `catalog` and `clock` must outlive it. Fails with kInvalidArgument or
  // kUnavailable for an address it cannot have, kInternal if OpenSSL fails.
  static absl::StatusOr<std::unique_ptr<Sandbox>> Start(SandboxOptions options,
                                                        const Catalog& catalog,
                                                        const Clock& clock);

  // Closes every connection.
  ~Sandbox();

  // The address listened on, with the port that was chosen.
  const std::string& address() const;

  // PEM of the authority that clients must trust; empty without TLS.
  const std::string& ca_pem() const { return ca_pem_; }

 private:
  struct Parts;
  Sandbox(std::unique_ptr<Parts> parts, std::string ca_pem);

  std::unique_ptr<Parts> parts_;
  std::string ca_pem_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_SANDBOX_H_
