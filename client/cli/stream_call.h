#ifndef TCGATE_CLIENT_CLI_STREAM_CALL_H_
#define TCGATE_CLIENT_CLI_STREAM_CALL_H_

#include <functional>
#include <memory>
#include <string>

#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/status.h"

namespace tcgate {

// Calls a method that streams: sends `wire`, and calls `use` for each message
// as it comes. If that returns false the call is cancelled. Blocks until the
// end, which it returns.
grpc::Status StreamCall(
    const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
    const std::string& wire, grpc::ClientContext& context,
    const std::function<bool(const grpc::ByteBuffer& message)>& use);

}  // namespace tcgate

#endif  // TCGATE_CLIENT_CLI_STREAM_CALL_H_
