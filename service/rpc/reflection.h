#ifndef TCGATE_SERVICE_RPC_REFLECTION_H_
#define TCGATE_SERVICE_RPC_REFLECTION_H_

#include <string>

#include "absl/strings/string_view.h"
#include "service/rpc/open_set.h"

namespace tcgate {

class Catalog;
class RawService;
class Stream;

// grpc.reflection.v1 and v1alpha: shows clients such as grpcurl every service
// of the catalogue and the edge's own, and nothing else. gRPC's own reflection
// shows only what was compiled in, and only in v1alpha. Thread-safe.
class Reflection {
 public:
  // Both outlive the server.
  Reflection(const Catalog& catalog, OpenSet<Stream>& streams)
      : catalog_(catalog), streams_(streams) {}

  // Adds both versions to a server's service. This must outlive it.
  void AddTo(RawService& service);

  // Answers one ServerReflectionRequest with one ServerReflectionResponse, both
  // as wire bytes, which are the same in both versions. A file comes with all
  // that it imports and without comments. What is not found or not understood
  // is an ErrorResponse.
  std::string Answer(absl::string_view request) const;

 private:
  const Catalog& catalog_;
  OpenSet<Stream>& streams_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_REFLECTION_H_
