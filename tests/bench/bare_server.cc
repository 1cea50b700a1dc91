// The floor of the edge: a raw unary callback gRPC server that answers every
// call with the bytes of a file and as many trailers as the gateway sends. It
// does nothing else.
//
//   bare_server [--methods FILE] [--trailers FILE] PATH_OF_METHOD REPLY_FILE
//               [URL CA_FILE]
//
// --methods: paths of further methods to register, one a line. --trailers: what
// is sent with each reply in place of the trailers of a miss, `key value` a
// line. With a URL it is the floor of the whole path in one process: each call
// waits for the answer to a POST there, through a bare curl loop. Prints its
// port.

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
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "tests/bench/bare_loop.h"

namespace tcgate {
namespace {

using Trailers = std::vector<std::pair<std::string, std::string>>;

// What the gateway sends with a reply from upstream.
const Trailers& OfMiss() {
  static const auto* const trailers =
      new Trailers{{"tcgate-cache", "off"},
                   {"tc-request-id", "8979fc1e-9564-4fc9-bf7d-2958ce679b72"},
                   {"tcgate-attempts", "1"},
                   {"tcgate-queue-ms", "0"},
                   {"tcgate-account", "default"},
                   {"tcgate-region", "ap-guangzhou"}};
  return *trailers;
}

class BareService final : public grpc::Service {
 public:
  // `loop` may be null: then calls are answered at once. `paths` must outlive
  // it.
  BareService(const std::vector<std::string>& paths, const std::string& reply,
              Trailers trailers, BareLoop* loop)
      : loop_(loop), trailers_(std::move(trailers)) {
    const grpc::Slice slice(reply);
    reply_ = grpc::ByteBuffer(&slice, 1);
    for (std::size_t i = 0; i < paths.size(); ++i) {
      AddMethod(new grpc::internal::RpcServiceMethod(
          paths[i].c_str(), grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
      MarkMethodRawCallback(
          static_cast<int>(i),
          new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer,
                                                   grpc::ByteBuffer>(
              [this](grpc::CallbackServerContext* context,
                     const grpc::ByteBuffer*, grpc::ByteBuffer* reply_out) {
                return Start(context, reply_out);
              }));
    }
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
    for (const auto& [key, value] : trailers_) {
      context->AddTrailingMetadata(key, value);
    }
    reactor->Finish(grpc::Status::OK);
  }

  BareLoop* const loop_;
  const Trailers trailers_;
  grpc::ByteBuffer reply_;
};

std::string Contents(const char* name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int Main(int argc, char** argv) {
  std::vector<std::string> paths;
  Trailers trailers = OfMiss();
  std::vector<const char*> args;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    const bool more = i + 1 < argc;
    if (arg == "--methods" && more) {
      std::ifstream file(argv[++i]);
      for (std::string path; file >> path;) paths.push_back(path);
    } else if (arg == "--trailers" && more) {
      trailers.clear();
      std::ifstream file(argv[++i]);
      for (std::string key, value; file >> key >> value;) {
        trailers.emplace_back(key, value);
      }
    } else {
      args.push_back(argv[i]);
    }
  }
  if (args.size() != 2 && args.size() != 4) {
    std::cerr << "usage: bare_server [--methods FILE] [--trailers FILE] "
                 "PATH_OF_METHOD REPLY_FILE [URL CA_FILE]\n";
    return 2;
  }
  paths.emplace_back(args[0]);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  HttpLoad load;
  std::unique_ptr<BareLoop> loop;
  if (args.size() == 4) {
    load.url = args[2];
    load.ca_file = args[3];
    load.in_flight = 1000;  // As many connections as the gateway may keep.
    loop = std::make_unique<BareLoop>(load);
  }
  BareService service(paths, Contents(args[1]), std::move(trailers),
                      loop.get());
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
