#ifndef TCGATE_CLIENT_SERVICE_CONFIG_H_
#define TCGATE_CLIENT_SERVICE_CONFIG_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace tcgate::client {

// Returns a service config of gRPC (JSON,
// https://grpc.io/docs/guides/service-config) that repeats a call which ended
// as UNAVAILABLE, where the contract says that a repeat does no harm: methods
// whose option `tcgate.options.v1.action` has the effect READ or IDEMPOTENT. A
// WRITE, and a method without the option, is never repeated. `Connect` applies
// it.
//
// `services` are full names; their generated code must be linked in, as it is
// where its stubs are used. INVALID_ARGUMENT names one that is not.
//
// A call is sent at most 3 times, the repeats after up to 100 ms and 200 ms,
// and within its deadline. Where more than about a tenth of the calls to a
// target fail, none is repeated until it is well again.
//
// One kind of repeat stays on for every method, WRITEs too: gRPC sends a call
// anew if it never left this process, or the server's HTTP/2 refused it before
// the server saw it. Such a call has not run ("transparent retries",
// https://github.com/grpc/proposal/blob/master/A6-client-retries.md).
absl::StatusOr<std::string> ServiceConfig(
    const std::vector<std::string>& services);

}  // namespace tcgate::client

#endif  // TCGATE_CLIENT_SERVICE_CONFIG_H_
