#ifndef TCGATE_SERVICE_UPSTREAM_ENDPOINT_H_
#define TCGATE_SERVICE_UPSTREAM_ENDPOINT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/http/http.h"

namespace tcgate {

// Reads `https://host[:port]`, or `http` for a literal loopback address or
// `localhost`; a single slash may follow. Fails with kInvalidArgument, saying
// what is wrong and what would be right. `ca_file` stays empty.
absl::StatusOr<Endpoint> ParseEndpointUrl(absl::string_view url);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_ENDPOINT_H_
