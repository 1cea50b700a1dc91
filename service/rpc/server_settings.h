#ifndef TCGATE_SERVICE_RPC_SERVER_SETTINGS_H_
#define TCGATE_SERVICE_RPC_SERVER_SETTINGS_H_

#include <cstddef>

#include "grpcpp/resource_quota.h"
#include "grpcpp/server_builder.h"
#include "service/rpc/edge.h"

namespace tcgate {

// How much of a message gRPC takes beyond `request_bytes`. It refuses a longer
// one without details; up to here the edge refuses it with them.
inline constexpr std::size_t kMessageMarginBytes = std::size_t{1} << 20;

// What gRPC may allocate beyond the requests in flight: a last resort, since
// beyond it every call of a connection fails. Bounds what arrives at once: gRPC
// judges the size of a message after it has gathered it.
inline constexpr std::size_t kQuotaMarginBytes = std::size_t{256} << 20;

// Sets everything that bounds what a peer can make gRPC do.
void ApplySettings(const EdgeOptions& options, const grpc::ResourceQuota& quota,
                   grpc::ServerBuilder& builder);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_SERVER_SETTINGS_H_
