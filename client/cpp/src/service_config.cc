#include "tcgate/client/service_config.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "src/wire_fields.h"

namespace tcgate::client {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// tcgate/options/v1/options.proto: the extension `action` of MethodOptions, its
// field `effect`, and the values of it that allow a repeat.
constexpr int kAction = 786431;
constexpr int kEffect = 2;
constexpr int kEffectRead = 1;
constexpr int kEffectIdempotent = 2;

bool MayRepeat(const MethodDescriptor& method) {
  const WireFields options(method.options().SerializeAsString());
  const auto effect = WireFields(options.Bytes(kAction)).Varint(kEffect);
  return effect == kEffectRead || effect == kEffectIdempotent;
}

// https://github.com/grpc/proposal/blob/master/A6-client-retries.md. The
// numbers are those that it gives as an example, but for three attempts in
// place of four: the gateway repeats too.
constexpr char kRetryPolicy[] =
    R"("retryPolicy":{"maxAttempts":3,"initialBackoff":"0.1s",)"
    R"("maxBackoff":"1s","backoffMultiplier":2,)"
    R"("retryableStatusCodes":["UNAVAILABLE"]})";
constexpr char kRetryThrottling[] =
    R"("retryThrottling":{"maxTokens":10,"tokenRatio":0.1})";

// Calls go to each address in turn, and a connection that the gateway recycles
// is replaced before the next call needs it.
constexpr char kLoadBalancing[] =
    R"("loadBalancingConfig":[{"round_robin":{}}])";

}  // namespace

absl::StatusOr<std::string> ServiceConfig(
    const std::vector<std::string>& services) {
  std::vector<std::string> names;
  for (const std::string& name : services) {
    const ServiceDescriptor* service =
        DescriptorPool::generated_pool()->FindServiceByName(name);
    if (service == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("no generated code of a service \"", name,
                       "\" is linked in; a name is such as "
                       "TrroService::service_full_name()"));
    }
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      if (!MayRepeat(method)) continue;
      names.push_back(absl::StrCat(R"({"service":")", service->full_name(),
                                   R"(","method":")", method.name(), R"("})"));
    }
  }
  if (names.empty()) return absl::StrCat("{", kLoadBalancing, "}");
  return absl::StrCat("{", kLoadBalancing, ",", kRetryThrottling,
                      R"(,"methodConfig":[{"name":[)",
                      absl::StrJoin(names, ","), "],", kRetryPolicy, "}]}");
}

}  // namespace tcgate::client
