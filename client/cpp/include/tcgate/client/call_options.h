#ifndef TCGATE_CLIENT_CALL_OPTIONS_H_
#define TCGATE_CLIENT_CALL_OPTIONS_H_

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace grpc {
class ClientContext;
}

namespace tcgate::client {

// What one call may say beside its request. Empty leaves a thing to the
// gateway's configuration.
struct CallOptions {
  // Time for the whole call, repeats included. Zero means no deadline of the
  // client's: the gateway then takes 30 s, and for a stream a limit on the time
  // without an event. It takes at most 5 min.
  std::chrono::milliseconds timeout{30'000};

  // The account whose credential signs the call, one of those that the gateway
  // lets this caller choose.
  std::string account;

  // The region that serves the call, such as `ap-guangzhou`.
  std::string region;

  // The language of the vendor's messages: `zh-CN` or `en-US`.
  std::string language;

  // Lists of the request to send as `[]` although they are empty, by the
  // vendor's names, such as `Filter.Tags`. Protobuf cannot say it.
  std::vector<std::string> empty_lists;

  // W3C trace context, `00-<32 hex>-<16 hex>-<2 hex>`.
  std::string traceparent;
};

// Sets deadline and metadata of a call that has not started; `context` serves
// one call. INVALID_ARGUMENT, and `context` untouched: the timeout is negative,
// or a value has characters that it cannot have (gRPC would end the process).
// What a value means is judged by the gateway.
absl::Status Apply(const CallOptions& options, grpc::ClientContext& context);

}  // namespace tcgate::client

#endif  // TCGATE_CLIENT_CALL_OPTIONS_H_
