#ifndef TCGATE_SERVICE_RPC_CALLER_IDENTITY_H_
#define TCGATE_SERVICE_RPC_CALLER_IDENTITY_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "grpcpp/server_context.h"
#include "service/access/access.h"

namespace tcgate {

// Finds out who calls through one listener. Immutable, thread-safe.
class CallerIdentity {
 public:
  // `through` is who calls as far as the listener alone tells: its Unix socket,
  // or an anonymous caller. With `certificates` it is the certificate of each
  // connection that tells. `proxies` are the callers, by `Caller::id`, whose
  // `x-forwarded-client-cert` is believed.
  CallerIdentity(Caller through, bool certificates,
                 const std::vector<std::string>& proxies);

  // Returns the caller, or one with a `fault`. Only a call over a connection
  // with a certificate asks gRPC for it; only one of a proxy has its metadata
  // looked at.
  Caller Of(const grpc::CallbackServerContext& context) const;

 private:
  bool IsProxy(const Caller& caller) const;

  Caller through_;
  bool certificates_;
  bool through_proxy_;  // Every caller is a proxy.
  absl::flat_hash_set<std::string> proxies_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_CALLER_IDENTITY_H_
