#include "service/rpc/bidi_call.h"

#include <memory>
#include <utility>

#include "service/catalog/catalog.h"
#include "service/rpc/message_bytes.h"
#include "service/rpc/refusals.h"

namespace tcgate {

RawService::BidiReactor* BidiCall::Start(const ServerScope& scope,
                                         grpc::CallbackServerContext& context,
                                         const Action* called,
                                         absl::string_view method) {
  const auto call = std::make_shared<BidiCall>(scope, context, called);
  call->Open();
  if (called == nullptr) {
    call->Refuse(UnknownMethod(scope.catalog, method));
  } else {
    call->StartRead(&call->received_);
  }
  return call.get();
}

// Not ok leaves the message invalid: the client closed without one. It must be
// answered all the same, or the server would wait for the call for ever.
void BidiCall::OnReadDone(bool /*ok*/) { Begin(received_); }

void BidiCall::Send(std::string&& wire) {
  {
    MutexLock lock(mu_);
    writing_ = true;
  }
  sent_ = ToByteBuffer(std::move(wire));
  StartWrite(&sent_);
}

void BidiCall::OnWriteDone(bool ok) {
  std::optional<grpc::Status> end;
  {
    MutexLock lock(mu_);
    writing_ = false;
    end.swap(end_);
  }
  if (end.has_value()) return Finish(*std::move(end));
  if (!ok) Cancel();  // The client has left, or its connection.
  Taken();
}

void BidiCall::Answer(grpc::Status status, grpc::ByteBuffer message) {
  if (message.Valid()) {
    sent_.Swap(&message);
    return StartWriteAndFinish(&sent_, grpc::WriteOptions(), std::move(status));
  }
  {
    MutexLock lock(mu_);
    if (writing_) {
      end_ = std::move(status);
      return;
    }
  }
  Finish(std::move(status));
}

}  // namespace tcgate
