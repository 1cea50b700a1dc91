#ifndef TCGATE_CLIENT_EXPLANATION_H_
#define TCGATE_CLIENT_EXPLANATION_H_

#include <chrono>
#include <optional>
#include <string>

namespace grpc {
class ClientContext;
}

namespace tcgate::client {

// How the gateway came to its answer, success or not. Empty, zero or absent
// where it does not say: it sends none of this for a call that gRPC itself
// ended.
struct Explanation {
  // `hit`, `miss`, `stale`, `joined`, `bypass` or `off`.
  std::string cache;
  // How old a `hit` is.
  std::optional<std::chrono::seconds> age;
  // How many requests it sent upstream.
  int attempts = 0;
  // How long the call waited for the vendor's limits.
  std::chrono::milliseconds queued{0};
  // The account that was used, and the region that was asked.
  std::string account;
  std::string region;
  // The vendor's request id.
  std::string request_id;
};

// Reads the trailing metadata of a call that has ended: `context` of one that
// has not is an error of the program, on which gRPC ends it.
Explanation ReadExplanation(const grpc::ClientContext& context);

}  // namespace tcgate::client

#endif  // TCGATE_CLIENT_EXPLANATION_H_
