#include "service/rpc/generic_service.h"

#include <memory>
#include <string>
#include <utility>

#include "service/catalog/catalog.h"
#include "service/rpc/refusals.h"

namespace tcgate {
namespace {

// To gRPC a stream of any number of messages each way; to us a call with one.
// A second message of the client is never read, as with a registered method.
class GenericCall final : public RpcCall,
                          public grpc::ServerGenericBidiReactor {
 public:
  GenericCall(const ServerScope& scope, grpc::CallbackServerContext& context,
              const Action* called)
      : RpcCall(scope, context, called) {}

  void Start(const ServerScope& scope, const std::string& method) {
    Open();
    if (action == nullptr) return Refuse(UnknownMethod(scope.catalog, method));
    StartRead(&message_);
  }

 private:
  // Not ok leaves the message invalid: the client closed without one. It must
  // be answered all the same, or the server would wait for the call for ever.
  void OnReadDone(bool) override { Begin(message_); }

  void Answer(grpc::Status status, grpc::ByteBuffer message) override {
    if (!status.ok()) return Finish(std::move(status));
    reply_.Swap(&message);
    StartWriteAndFinish(&reply_, grpc::WriteOptions(), std::move(status));
  }

  void OnCancel() override { Cancel(); }
  void OnDone() override { Close(); }

  grpc::ByteBuffer message_;
  grpc::ByteBuffer reply_;
};

}  // namespace

grpc::ServerGenericBidiReactor* GenericService::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  const auto call = std::make_shared<GenericCall>(
      scope_, *context, scope_.catalog.Find(context->method()));
  call->Start(scope_, context->method());
  return call.get();
}

}  // namespace tcgate
