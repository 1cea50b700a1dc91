#include "service/rpc/unary_call.h"

#include <memory>
#include <utility>

namespace tcgate {

grpc::ServerUnaryReactor* UnaryCall::Start(const ServerScope& scope,
                                           grpc::CallbackServerContext& context,
                                           const Action& called,
                                           const grpc::ByteBuffer& message,
                                           grpc::ByteBuffer& reply) {
  const auto call = std::make_shared<UnaryCall>(scope, context, called, reply);
  call->Open();
  call->Begin(message);
  return call.get();
}

UnaryCall::UnaryCall(const ServerScope& scope,
                     grpc::CallbackServerContext& context, const Action& called,
                     grpc::ByteBuffer& reply)
    : RpcCall(scope, context, &called), reply_(reply) {}

void UnaryCall::Answer(grpc::Status status, grpc::ByteBuffer message) {
  reply_.Swap(&message);
  Finish(std::move(status));
}

}  // namespace tcgate
