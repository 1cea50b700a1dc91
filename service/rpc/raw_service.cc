#include "service/rpc/raw_service.h"

#include <utility>

#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "grpcpp/impl/rpc_method.h"
#include "grpcpp/impl/rpc_service_method.h"

namespace tcgate {

using grpc::ByteBuffer;
using grpc::internal::CallbackBidiHandler;
using grpc::internal::CallbackUnaryHandler;
using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;

// gRPC's tables take ownership of what is new here.

void RawService::AddUnary(const char* path, Unary start) {
  AddMethod(new RpcServiceMethod(path, RpcMethod::NORMAL_RPC, nullptr));
  MarkMethodRawCallback(
      methods_++,
      new CallbackUnaryHandler<ByteBuffer, ByteBuffer>(std::move(start)));
}

void RawService::AddBidi(const char* path, Bidi start) {
  AddMethod(new RpcServiceMethod(path, RpcMethod::BIDI_STREAMING, nullptr));
  MarkMethodRawCallback(
      methods_++,
      new CallbackBidiHandler<ByteBuffer, ByteBuffer>(std::move(start)));
}

}  // namespace tcgate
