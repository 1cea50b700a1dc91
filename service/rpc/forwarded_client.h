#ifndef TCGATE_SERVICE_RPC_FORWARDED_CLIENT_H_
#define TCGATE_SERVICE_RPC_FORWARDED_CLIENT_H_

#include "absl/strings/string_view.h"

namespace tcgate {

// Whom a proxy says that it forwards. One of the two is set.
struct ForwardedClient {
  absl::string_view id;         // A SPIFFE id.
  const char* fault = nullptr;  // Why there is none; a literal.
};

// Reads a value of `x-forwarded-client-cert` as Envoy writes it: elements
// separated by commas, each of pairs `Key=value` separated by semicolons, a
// value perhaps in double quotes with `\"` for a quote. Only the last element
// counts, which is the one that the proxy itself has added: what stands before
// it may be forged. It must have exactly one `URI`, a SPIFFE id.
//
// The whole value must be well formed, or a quote that a client left open could
// swallow what follows. `id` is a view of `value`. Pure, thread-safe.
ForwardedClient LastForwardedClient(absl::string_view value);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_FORWARDED_CLIENT_H_
