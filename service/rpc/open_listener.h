#ifndef TCGATE_SERVICE_RPC_OPEN_LISTENER_H_
#define TCGATE_SERVICE_RPC_OPEN_LISTENER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "service/rpc/caller_identity.h"
#include "service/rpc/certificate_files.h"
#include "service/rpc/edge.h"
#include "service/rpc/listener.h"

namespace tcgate {

// An address that is bound and not served yet, and what is known of those who
// will come through it.
struct OpenListener {
  std::unique_ptr<Listener> listener;
  std::unique_ptr<CertificateFiles> certificates;  // Null: plain text.
  CallerIdentity identity;
};

// Binds one address of `options` and reads its certificates. Fails as
// `Edge::Start` does.
absl::StatusOr<OpenListener> Open(const ListenOptions& listen,
                                  const EdgeOptions& options);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_OPEN_LISTENER_H_
