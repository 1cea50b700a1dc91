#ifndef TCGATE_SERVICE_RPC_GENERIC_SERVICE_H_
#define TCGATE_SERVICE_RPC_GENERIC_SERVICE_H_

#include "grpcpp/generic/async_generic_service.h"
#include "service/rpc/rpc_call.h"

namespace tcgate {

// Answers every method that is not registered: the actions of products that
// are in the catalogue and not registered, and what nobody knows. Dearer than a
// registered method, and costs a connection nothing. Belongs to one server and
// must outlive it.
class GenericService final : public grpc::CallbackGenericService {
 public:
  explicit GenericService(const ServerScope& scope) : scope_(scope) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

 private:
  const ServerScope& scope_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_GENERIC_SERVICE_H_
