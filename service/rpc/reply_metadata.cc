#include "service/rpc/reply_metadata.h"

#include <string>

#include "service/upstream/pass_on.h"

namespace tcgate {

void AddReplyMetadata(const Reply& reply,
                      grpc::CallbackServerContext& context) {
  const auto add = [&context](const char* key, const std::string& value) {
    if (!value.empty()) context.AddTrailingMetadata(key, value);
  };
  add("tcgate-cache", reply.cache);
  add("tc-request-id", reply.outcome.request_id);
  // A reply that was stored came by no attempt, and each entry costs.
  if (reply.age.has_value()) {
    return add("tcgate-age", std::to_string(reply.age->count()));
  }
  // From the configuration, where they may be any text: gRPC ends the process
  // over a value that is no header. Empty where policy gave no account.
  add("tcgate-account", PassOnName(reply.account));
  add("tcgate-region", PassOnName(reply.region));
  add("tcgate-attempts", std::to_string(reply.attempts));
  add("tcgate-queue-ms", std::to_string(reply.queued.count()));
}

}  // namespace tcgate
