#ifndef TCGATE_SERVICE_RPC_BIDI_CALL_H_
#define TCGATE_SERVICE_RPC_BIDI_CALL_H_

#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/status.h"
#include "service/base/mutex.h"
#include "service/rpc/raw_service.h"
#include "service/rpc/rpc_call.h"

namespace tcgate {

// A call that is to gRPC a stream of any number of messages each way, and to us
// one with one message of the client's and one or many of ours: of a method
// that streams, or of one that is not registered. A second message of the
// client's is never read.
class BidiCall final : public RpcCall, public RawService::BidiReactor {
 public:
  // Starts a call and returns the reactor for gRPC. `called` is null if the
  // catalogue does not know `method`: then it is refused. What is passed by
  // reference lives until gRPC is done with the call; `method` may go.
  static RawService::BidiReactor* Start(const ServerScope& scope,
                                        grpc::CallbackServerContext& context,
                                        const Action* called,
                                        absl::string_view method);

  // For `Start` alone: the object lives in a shared_ptr.
  BidiCall(const ServerScope& scope, grpc::CallbackServerContext& context,
           const Action* called)
      : RpcCall(scope, context, called) {}

  void Send(std::string&& wire) override;

 private:
  void Answer(grpc::Status status, grpc::ByteBuffer message) override;

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override { Cancel(); }
  void OnDone() override { Close(); }

  grpc::ByteBuffer received_;
  grpc::ByteBuffer sent_;  // gRPC's until `OnWriteDone`.

  Mutex mu_;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  // How the call ends, once gRPC has taken what is being written.
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mu_);
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_BIDI_CALL_H_
