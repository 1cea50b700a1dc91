#ifndef TCGATE_SERVICE_RPC_REPLY_METADATA_H_
#define TCGATE_SERVICE_RPC_REPLY_METADATA_H_

#include "grpcpp/server_context.h"
#include "service/gateway/call.h"

namespace tcgate {

// Adds what explains a reply, or an error, to the trailing metadata: how the
// cache was used and the vendor's request id; of a stored reply its age; of any
// other that an account was found for the account, the region, the attempts and
// the wait for them (README, metadata).
void AddReplyMetadata(const Reply& reply, grpc::CallbackServerContext& context);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_REPLY_METADATA_H_
