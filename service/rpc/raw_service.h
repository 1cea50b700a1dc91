#ifndef TCGATE_SERVICE_RPC_RAW_SERVICE_H_
#define TCGATE_SERVICE_RPC_RAW_SERVICE_H_

#include <functional>

#include "grpcpp/impl/service_type.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

namespace tcgate {

// The one place that relies on what gRPC calls internal and may change: the
// tables behind generated service classes, and the word that saves a reactor a
// change of thread. Written against gRPC 1.51.

// Methods that are named at run time and take and give bytes: what a generated
// class would be, for services that are known only by their descriptors. A call
// costs 1.4 to 1.6 times as much through `CallbackGenericService`.
//
// An object belongs to one `grpc::Server` and must outlive it. Methods are
// added before the server is built.
class RawService final : public grpc::Service {
 public:
  // Called on one of gRPC's threads for each call; must not block. The message
  // is invalid (`Valid()`) if the client sent none or a cut one.
  using Unary = std::function<grpc::ServerUnaryReactor*(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* reply)>;
  using BidiReactor =
      grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;
  using Bidi =
      std::function<BidiReactor*(grpc::CallbackServerContext* context)>;

  // `path` is `/package.Service/Method`. gRPC keeps the pointer: it must live
  // as long as this object.
  void AddUnary(const char* path, Unary start);
  // For methods that stream either way: on the wire they look the same.
  void AddBidi(const char* path, Bidi start);

 private:
  int methods_ = 0;
};

// A reactor whose reactions gRPC runs on the thread it happens to be on.
// `OnDone` and `OnCancel` of what derives from it must be short, never block,
// and never call gRPC.
class InlineUnaryReactor : public grpc::ServerUnaryReactor {
 private:
  bool InternalInlineable() final { return true; }
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_RAW_SERVICE_H_
