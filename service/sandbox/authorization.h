#ifndef TCGATE_SERVICE_SANDBOX_AUTHORIZATION_H_
#define TCGATE_SERVICE_SANDBOX_AUTHORIZATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/admin/http_server.h"
#include "service/base/secret.h"

namespace tcgate {

// What the header of the form
//   TC3-HMAC-SHA256 Credential=ID/DATE/SERVICE/tc3_request,
//   SignedHeaders=content-type;host, Signature=HEX
// says.
struct Authorization {
  std::string secret_id;
  std::string date;
  std::string service;
  std::vector<std::string> signed_headers;
  std::string signature;
};

// Returns nothing for another form, or one that leaves out content-type or
// host.
std::optional<Authorization> ParseAuthorization(absl::string_view value);

// Whether `secret_key` made the signature of `request`. Takes what official
// clients send: further signed headers, any content type, UNSIGNED-PAYLOAD, the
// host with or without its port. Compares in constant time.
bool SignatureMatches(const HttpServer::Request& request,
                      const Authorization& authorization,
                      std::int64_t unix_seconds, const Secret& secret_key);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_AUTHORIZATION_H_
