#ifndef TCGATE_SERVICE_SANDBOX_VERIFY_H_
#define TCGATE_SERVICE_SANDBOX_VERIFY_H_

#include <optional>
#include <string>
#include <vector>

#include "service/admin/http_server.h"
#include "service/base/clock.h"
#include "service/base/secret.h"
#include "service/sandbox/vendor_error.h"

namespace tcgate {

struct Action;

// A key that the sandbox takes.
struct SandboxCredential {
  std::string secret_id;
  Secret secret_key;
  // What X-TC-Token must be. Empty: the key is a long-term one, without token.
  std::string token;
};

// Checks who signed `request` for `action`, as of `now`, in this order: form of
// Authorization, timestamp, SecretId, signature, token, region. Returns the
// first fault, else sets `signer`.
std::optional<VendorError> Verify(
    const std::vector<SandboxCredential>& credentials, const Action& action,
    const HttpServer::Request& request, WallTime now,
    const SandboxCredential*& signer);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_VERIFY_H_
