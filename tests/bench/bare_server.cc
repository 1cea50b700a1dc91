// The floor of the edge: a raw unary callback gRPC server that answers every
// call with the bytes of a file and as many trailers as the gateway sends. It
// does nothing else.
//
//   bare_server PATH_OF_METHOD REPLY_FILE [URL CA_FILE]
//
// With a URL it is the floor of the whole path in one process: each call waits
// for the answer to a POST there, through a bare curl loop. Prints its port.

#include <curl/curl.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "absl/synchronization/mutex.h"
#include "tests/bench/bare_loop.h"

namespace tcgate {
namespace {

class BareService final : public grpc::Service {
 public:
  // `loop` may be null: then calls are answered at once.
  BareService(const char* path, const std::string& reply, BareLoop* loop)
      : loop_(loop) {
    AddMethod(new grpc::internal::RpcServiceMethod(
        path, grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    const grpc::Slice slice(reply);
    reply_ = grpc::ByteBuffer(&slice, 1);
    MarkMethodRawCallback(
        0, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer,
                                                    grpc::ByteBuffer>(
               [this](grpc::CallbackServerContext* context,
                      const grpc::ByteBuffer*, grpc::ByteBuffer* reply_out) {
                 return Start(context, reply_out);
               }));
  }

 private:
  grpc::ServerUnaryReactor* Start(grpc::CallbackServerContext* context,
                                  grpc::ByteBuffer* reply) {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    if (loop_ == nullptr) {
      Answer(context, reply, reactor);
    } else {
      loop_->Submit([this, context, reply, reactor](int status) {
        if (status != 200) std::abort();
        Answer(context, reply, reactor);
      });
    }
    return reactor;
  }

  void Answer(grpc::CallbackServerContext* context, grpc::ByteBuffer* reply,
              grpc::ServerUnaryReactor* reactor) {
    *reply = reply_;
    context->AddTrailingMetadata("tcgate-cache", "off");
    context->AddTrailingMetadata("tc-request-id",
                                 "8979fc1e-9564-4fc9-bf7d-2958ce679b72");
    context->AddTrailingMetadata("tcgate-attempts", "1");
    context->AddTrailingMetadata("tcgate-queue-ms", "0");
    context->AddTrailingMetadata("tcgate-account", "default");
    context->AddTrailingMetadata("tcgate-region", "ap-guangzhou");
    reactor->Finish(grpc::Status::OK);
  }

  BareLoop* const loop_;
  grpc::ByteBuffer reply_;
};

int Main(int argc, char** argv) {
  if (argc != 3 && argc != 5) {
    std::cerr << "usage: bare_server PATH_OF_METHOD REPLY_FILE [URL CA_FILE]\n";
    return 2;
  }
  std::ifstream file(argv[2], std::ios::binary);
  const std::string reply{std::istreambuf_iterator<char>(file), {}};
  curl_global_init(CURL_GLOBAL_DEFAULT);
  HttpLoad load;
  std::unique_ptr<BareLoop> loop;
  if (argc == 5) {
    load.url = argv[3];
    load.ca_file = argv[4];
    loop = std::make_unique<BareLoop>(load);
  }
  BareService service(argv[1], reply, loop.get());
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.AddChannelArgument("grpc.so_reuseport", 0);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  std::cout << port << std::endl;
  server->Wait();
  return 0;
}

}  // namespace
}  // namespace tcgate

int main(int argc, char** argv) {
  // As the gateway does: Debian's build keeps a global lock graph otherwise.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return tcgate::Main(argc, argv);
}
