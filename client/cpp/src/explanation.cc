#include "tcgate/client/explanation.h"

#include <cstdint>

#include "absl/strings/numbers.h"
#include "grpcpp/client_context.h"

namespace tcgate::client {
namespace {

// The first value of a key; empty if it is not there.
absl::string_view Value(const grpc::ClientContext& context, const char* key) {
  const auto& metadata = context.GetServerTrailingMetadata();
  const auto found = metadata.find(key);
  if (found == metadata.end()) return "";
  return {found->second.data(), found->second.size()};
}

}  // namespace

Explanation ReadExplanation(const grpc::ClientContext& context) {
  const auto text = [&context](const char* key) {
    return std::string(Value(context, key));
  };
  Explanation found;
  found.cache = text("tcgate-cache");
  found.account = text("tcgate-account");
  found.region = text("tcgate-region");
  found.request_id = text("tc-request-id");
  std::int64_t number = 0;
  if (absl::SimpleAtoi(Value(context, "tcgate-age"), &number)) {
    found.age = std::chrono::seconds(number);
  }
  if (absl::SimpleAtoi(Value(context, "tcgate-queue-ms"), &number)) {
    found.queued = std::chrono::milliseconds(number);
  }
  if (!absl::SimpleAtoi(Value(context, "tcgate-attempts"), &found.attempts)) {
    found.attempts = 0;  // What it leaves there is not said.
  }
  return found;
}

}  // namespace tcgate::client
