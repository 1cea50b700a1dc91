#include "tests/client_cpp/scripted_server.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <future>
#include <utility>

namespace tcgate::client {
namespace {

std::string Text(grpc::string_ref text) { return {text.data(), text.size()}; }

class Reactor final : public grpc::ServerGenericBidiReactor {
 public:
  explicit Reactor(const ScriptedServer& script) : script_(script) {
    StartRead(&request_);
  }

  void OnReadDone(bool) override {
    if (!script_.answers) return;
    if (!script_.status.ok()) return Finish(script_.status);
    const grpc::Slice bytes(script_.reply);
    reply_ = grpc::ByteBuffer(&bytes, 1);
    StartWriteAndFinish(&reply_, {}, grpc::Status::OK);
  }
  void OnCancel() override {
    if (!script_.answers) Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  const ScriptedServer& script_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer reply_;
};

}  // namespace

ScriptedServer::ScriptedServer(
    const std::string& address,
    const std::shared_ptr<grpc::ServerCredentials>& credentials) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, credentials, &port_);
  builder.RegisterCallbackGenericService(this);
  server_ = builder.BuildAndStart();
}

ScriptedServer::~ScriptedServer() {
  server_->Shutdown(std::chrono::system_clock::now());
}

std::vector<SeenCall> ScriptedServer::calls() const {
  MutexLock lock(mutex_);
  return calls_;
}

grpc::ServerGenericBidiReactor* ScriptedServer::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  SeenCall seen;
  seen.method = context->method();
  for (const auto& [key, value] : context->client_metadata()) {
    seen.metadata.emplace(Text(key), Text(value));
  }
  const auto peer = context->auth_context();
  for (const auto& name :
       peer->FindPropertyValues("x509_subject_alternative_name")) {
    seen.peer += Text(name);
  }
  seen.has_deadline = context->deadline() < std::chrono::system_clock::now() +
                                                std::chrono::hours(24 * 365);
  for (const auto& [key, value] : trailers) {
    context->AddTrailingMetadata(key, value);
  }
  {
    MutexLock lock(mutex_);
    calls_.push_back(std::move(seen));
  }
  return new Reactor(*this);
}

grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel,
                  const std::string& method, grpc::ClientContext& context) {
  grpc::GenericStub stub(channel);
  const grpc::Slice nothing;
  const grpc::ByteBuffer request(&nothing, 1);
  grpc::ByteBuffer reply;
  std::promise<grpc::Status> ended;
  stub.UnaryCall(&context, method, grpc::StubOptions(), &request, &reply,
                 [&ended](grpc::Status status) { ended.set_value(status); });
  return ended.get_future().get();
}

}  // namespace tcgate::client
