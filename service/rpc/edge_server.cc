#include "service/rpc/edge_server.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/security/server_credentials.h"
#include "service/catalog/catalog.h"
#include "service/rpc/bidi_call.h"
#include "service/rpc/health.h"
#include "service/rpc/reflection.h"
#include "service/rpc/server_settings.h"
#include "service/rpc/tls_credentials.h"
#include "service/rpc/unary_call.h"

namespace tcgate {
namespace {

bool IsRegistered(const EdgeOptions& options, const Product& product) {
  const std::vector<std::string>& codes = options.products;
  return codes.empty() ||
         std::find(codes.begin(), codes.end(), product.code) != codes.end();
}

void AddAction(const Action& action, const ServerScope& scope,
               RawService& methods) {
  if (action.sse) {
    return methods.AddBidi(
        action.path.c_str(),
        [&action, &scope](grpc::CallbackServerContext* context) {
          return BidiCall::Start(scope, *context, &action, action.path);
        });
  }
  methods.AddUnary(action.path.c_str(),
                   [&action, &scope](grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* reply) {
                     return UnaryCall::Start(scope, *context, action, *request,
                                             *reply);
                   });
}

}  // namespace

absl::StatusOr<std::unique_ptr<EdgeServer>> EdgeServer::Build(
    std::unique_ptr<Listener> listener,
    std::unique_ptr<CertificateFiles> certificates, const EdgeOptions& options,
    ServerScope scope, const Services& services,
    const grpc::ResourceQuota& quota) {
  std::unique_ptr<EdgeServer> built(
      new EdgeServer(std::move(listener), std::move(certificates), options,
                     std::move(scope), services, quota));
  if (built->server_ == nullptr) {
    return absl::InternalError(
        absl::StrCat("cannot serve ", built->listener_->address(),
                     ": gRPC refuses the server's settings or methods"));
  }
  return built;
}

EdgeServer::EdgeServer(std::unique_ptr<Listener> listener,
                       std::unique_ptr<CertificateFiles> certificates,
                       const EdgeOptions& options, ServerScope scope,
                       const Services& services,
                       const grpc::ResourceQuota& quota)
    : scope_(std::move(scope)),
      others_(scope_),
      certificates_(std::move(certificates)),
      listener_(std::move(listener)) {
  for (const Action& action : scope_.catalog.actions()) {
    if (IsRegistered(options, *action.product)) {
      AddAction(action, scope_, methods_);
    }
  }
  services.health.AddTo(methods_);
  if (services.reflection != nullptr) services.reflection->AddTo(methods_);

  grpc::ServerBuilder builder;
  ApplySettings(options, quota, builder);
  builder.RegisterService(&methods_);
  builder.RegisterCallbackGenericService(&others_);
  using External = grpc::ServerBuilder::experimental_type;
  acceptor_ = builder.experimental().AddExternalConnectionAcceptor(
      External::ExternalConnectionType::FROM_FD,
      certificates_ == nullptr ? grpc::InsecureServerCredentials()
                               : MakeTlsCredentials(*certificates_));
  server_ = builder.BuildAndStart();
}

void EdgeServer::Start() {
  if (certificates_ != nullptr) watch_.emplace(*certificates_);
  listener_->Start([this, listener_fd = listener_->fd()](int fd) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters
        connection;
    connection.listener_fd = listener_fd;
    connection.fd = fd;
    acceptor_->HandleNewConnection(&connection);
  });
}

void EdgeServer::Shutdown(std::chrono::system_clock::time_point deadline) {
  listener_->Close();
  server_->Shutdown(deadline);
}

}  // namespace tcgate
