// The floor of the edge: a raw unary callback gRPC server that answers every
// call with the bytes of a file and as many trailers as the gateway sends. It
// does nothing else.
//
//   bare_server PATH_OF_METHOD REPLY_FILE
//
// Prints its port.

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/byte_buffer.h>

#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "absl/synchronization/mutex.h"

namespace {

class BareService final : public grpc::Service {
 public:
  BareService(const char* path, const std::string& reply) {
    AddMethod(new grpc::internal::RpcServiceMethod(
        path, grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    const grpc::Slice slice(reply);
    reply_ = grpc::ByteBuffer(&slice, 1);
    MarkMethodRawCallback(
        0, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer,
                                                    grpc::ByteBuffer>(
               [this](grpc::CallbackServerContext* context,
                      const grpc::ByteBuffer*, grpc::ByteBuffer* reply_out) {
                 *reply_out = reply_;
                 context->AddTrailingMetadata("tcgate-cache", "off");
                 context->AddTrailingMetadata(
                     "tc-request-id", "8979fc1e-9564-4fc9-bf7d-2958ce679b72");
                 context->AddTrailingMetadata("tcgate-attempts", "1");
                 context->AddTrailingMetadata("tcgate-queue-ms", "0");
                 context->AddTrailingMetadata("tcgate-account", "default");
                 context->AddTrailingMetadata("tcgate-region", "ap-guangzhou");
                 grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
                 reactor->Finish(grpc::Status::OK);
                 return reactor;
               }));
  }

 private:
  grpc::ByteBuffer reply_;
};

}  // namespace

int main(int argc, char** argv) {
  // As the gateway does: Debian's build keeps a global lock graph otherwise.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  if (argc != 3) {
    std::cerr << "usage: bare_server PATH_OF_METHOD REPLY_FILE\n";
    return 2;
  }
  std::ifstream file(argv[2], std::ios::binary);
  const std::string reply{std::istreambuf_iterator<char>(file), {}};
  BareService service(argv[1], reply);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.AddChannelArgument("grpc.so_reuseport", 0);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  std::cout << port << std::endl;
  server->Wait();
}
