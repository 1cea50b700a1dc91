#ifndef TCGATE_SERVICE_RPC_REQUEST_METADATA_H_
#define TCGATE_SERVICE_RPC_REQUEST_METADATA_H_

#include <map>

#include "grpcpp/support/string_ref.h"
#include "service/base/outcome.h"
#include "service/catalog/action.h"
#include "service/gateway/call.h"

namespace tcgate {

// Metadata as gRPC holds it: sorted, keys in lower case, values as the client
// sent them, CR, LF and NUL included.
using ClientMetadata = std::multimap<grpc::string_ref, grpc::string_ref>;

// Reads what a client asks of one call (README, metadata) into `options`:
//   tcgate-region      `[a-z0-9-]`, a region that `action` is served in
//   tcgate-language    `zh-CN` or `en-US`
//   tcgate-empty-list  paths, separated by commas; whether they name a list is
//                      for the encoder to say
//   tcgate-cache-control    no-cache, max-age=SECONDS, only-if-cached
//   tcgate-idempotency-key  1 to 128 visible ASCII characters; not for streams
//   traceparent        W3C Trace Context (`IsTraceparent`)
// Other keys are ignored, those that begin with `tcgate-` excepted: a client
// that sends one relies on it.
//
// Fails with INVALID_ARGUMENT, INVALID_REQUEST and the key as the field of the
// violation: a value that cannot be read, a key sent twice, an unknown key of
// ours. Pure, thread-safe.
Outcome ReadRequestMetadata(const ClientMetadata& metadata,
                            const Action& action, CallOptions& options);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_REQUEST_METADATA_H_
