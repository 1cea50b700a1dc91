#ifndef TCGATE_SERVICE_RPC_EDGE_SERVER_H_
#define TCGATE_SERVICE_RPC_EDGE_SERVER_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "service/rpc/certificate_files.h"
#include "service/rpc/certificate_watch.h"
#include "service/rpc/edge.h"
#include "service/rpc/generic_service.h"
#include "service/rpc/listener.h"
#include "service/rpc/raw_service.h"
#include "service/rpc/rpc_call.h"

namespace tcgate {

class Health;
class Reflection;

// One listening address with a `grpc::Server` of its own: a peer does not tell
// through which address it came, and the address is part of the caller. Not
// thread-safe.
class EdgeServer {
 public:
  // What is served beside the actions. Outlives the server.
  struct Services {
    Health& health;
    Reflection* reflection = nullptr;  // Null: none.
  };

  // Registers the actions of the products that `options` names. `listener` has
  // not been started; null `certificates` are plain text. kInternal: gRPC
  // builds no server of that.
  static absl::StatusOr<std::unique_ptr<EdgeServer>> Build(
      std::unique_ptr<Listener> listener,
      std::unique_ptr<CertificateFiles> certificates,
      const EdgeOptions& options, ServerScope scope, const Services& services,
      const grpc::ResourceQuota& quota);

  // Neither moves: gRPC keeps pointers to the members.
  EdgeServer(const EdgeServer&) = delete;
  EdgeServer& operator=(const EdgeServer&) = delete;

  // Starts to accept. Once.
  void Start();

  Listener& listener() { return *listener_; }

  // Ends the server. What still runs at `deadline` is cancelled; blocks until
  // all of it has ended.
  void Shutdown(std::chrono::system_clock::time_point deadline);

 private:
  EdgeServer(std::unique_ptr<Listener> listener,
             std::unique_ptr<CertificateFiles> certificates,
             const EdgeOptions& options, ServerScope scope,
             const Services& services, const grpc::ResourceQuota& quota);

  const ServerScope scope_;
  RawService methods_;
  GenericService others_;
  std::unique_ptr<CertificateFiles> certificates_;  // Asked by the server.
  std::optional<CertificateWatch> watch_;
  std::unique_ptr<Listener> listener_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_EDGE_SERVER_H_
