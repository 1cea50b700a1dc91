#include "client/cli/stream_call.h"

#include "grpcpp/completion_queue.h"
#include "grpcpp/generic/generic_stub.h"

namespace tcgate {

grpc::Status StreamCall(
    const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
    const std::string& wire, grpc::ClientContext& context,
    const std::function<bool(const grpc::ByteBuffer& message)>& use) {
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  const auto stream = stub.PrepareCall(&context, path, &queue);
  // One operation at a time, so whatever comes out of the queue is it.
  const auto done = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };

  stream->StartCall(nullptr);
  bool going = done();
  if (going) {
    const grpc::Slice slice(wire);
    stream->WriteLast(grpc::ByteBuffer(&slice, 1), {}, nullptr);
    going = done();
  }
  while (going) {
    grpc::ByteBuffer message;
    stream->Read(&message, nullptr);
    going = done();
    if (going && !use(message)) context.TryCancel();
  }
  grpc::Status status;
  stream->Finish(&status, nullptr);
  done();
  queue.Shutdown();
  done();
  return status;
}

}  // namespace tcgate
