#ifndef TCGATE_SERVICE_RPC_STATUS_H_
#define TCGATE_SERVICE_RPC_STATUS_H_

#include <cstddef>

#include "grpcpp/support/status.h"
#include "service/base/outcome.h"

namespace tcgate {

// Most bytes of `grpc-status-details-bin` before it is encoded. Clients bound
// all the metadata of a reply, 8 KiB by default, and fail the whole call with a
// status of their own above that. A message of 1 KiB that is percent-encoded
// (3 KiB), these bytes in base64 (4 KiB) and the rest of the metadata (under
// 1 KiB) fit.
inline constexpr std::size_t kMaxDetailsBytes = 3 << 10;

// Returns what a client sees of an outcome: code, message, and a
// `google.rpc.Status` as details with
//   ErrorInfo    who decided (domain), why (reason), what else is known
//   RequestInfo  the vendor's request id, where it answered
//   RetryInfo    where waiting helps
//   BadRequest   the faults, by the path of the field
// Details that would pass `kMaxDetailsBytes` are left out, the last ones first.
grpc::Status ToGrpcStatus(const Outcome& outcome);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_STATUS_H_
