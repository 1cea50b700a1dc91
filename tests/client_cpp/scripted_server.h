#ifndef TCGATE_TESTS_CLIENT_CPP_SCRIPTED_SERVER_H_
#define TCGATE_TESTS_CLIENT_CPP_SCRIPTED_SERVER_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "service/base/mutex.h"

namespace tcgate::client {

// What the server saw of one call.
struct SeenCall {
  std::string method;  // `/package.Service/Method`.
  std::multimap<std::string, std::string> metadata;
  std::string peer;  // Subject alternative names of the client's certificate.
  bool has_deadline = false;
};

// A gRPC server that ends every call in the same way and remembers it.
class ScriptedServer final : public grpc::CallbackGenericService {
 public:
  // `address` in gRPC's syntax; port 0 takes any.
  ScriptedServer(const std::string& address,
                 const std::shared_ptr<grpc::ServerCredentials>& credentials);
  ~ScriptedServer() override;

  // Set before the first call.
  grpc::Status status;
  std::string reply;
  std::multimap<std::string, std::string> trailers;
  bool answers = true;  // Else calls last until they are cancelled.

  int port() const { return port_; }
  std::vector<SeenCall> calls() const ABSL_LOCKS_EXCLUDED(mutex_);

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  mutable Mutex mutex_;
  std::vector<SeenCall> calls_ ABSL_GUARDED_BY(mutex_);
};

// Makes a unary call with an empty request and returns how it ended.
grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel,
                  const std::string& method, grpc::ClientContext& context);

}  // namespace tcgate::client

#endif  // TCGATE_TESTS_CLIENT_CPP_SCRIPTED_SERVER_H_
