#ifndef TCGATE_SERVICE_RPC_UNARY_CALL_H_
#define TCGATE_SERVICE_RPC_UNARY_CALL_H_

#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "service/rpc/raw_service.h"
#include "service/rpc/rpc_call.h"

namespace tcgate {

// A call of a registered method.
class UnaryCall final : public RpcCall, public InlineUnaryReactor {
 public:
  // Starts a call and returns the reactor for gRPC, which may be finished
  // already. The arguments live until gRPC is done with it.
  static grpc::ServerUnaryReactor* Start(const ServerScope& scope,
                                         grpc::CallbackServerContext& context,
                                         const Action& called,
                                         const grpc::ByteBuffer& message,
                                         grpc::ByteBuffer& reply);

  // For `Start` alone: the object lives in a shared_ptr.
  UnaryCall(const ServerScope& scope, grpc::CallbackServerContext& context,
            const Action& called, grpc::ByteBuffer& reply);

 private:
  void Answer(grpc::Status status, grpc::ByteBuffer message) override;
  void OnCancel() override { Cancel(); }
  void OnDone() override { Close(); }

  grpc::ByteBuffer& reply_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_UNARY_CALL_H_
