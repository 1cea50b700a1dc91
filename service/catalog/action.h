#ifndef TCGATE_SERVICE_CATALOG_ACTION_H_
#define TCGATE_SERVICE_CATALOG_ACTION_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace google::protobuf {
class Descriptor;
}  // namespace google::protobuf

namespace tcgate {

// What happens upstream when an action runs, and when it runs twice.
enum class Effect {
  kRead,        // Changes nothing.
  kIdempotent,  // A repeat overwrites with the same values.
  kWrite,       // A repeat may act again.
};

// One Tencent Cloud service in one API version. Immutable.
struct Product {
  std::string code;     // First label of the host and service of the signature.
  std::string version;  // Value of X-TC-Version, such as `2022-03-25`.
  // What labels of its actions begin with: the code, or `code@version` where an
  // earlier product of the catalogue has the code.
  std::string label;
  std::string mainland_host;       // Without scheme. Empty: not served there.
  std::string international_host;  // The same.
  std::string service;             // Full name of the gRPC service.
  std::string summary;             // First sentence of its documentation.
};

// All the gateway knows of one action, judged once at start from the options of
// its method. Immutable; owned by the catalogue, which outlives every call.
struct Action {
  std::size_t index = 0;  // Dense, from 0: for tables beside the catalogue.
  const Product* product = nullptr;
  std::string name;   // Value of X-TC-Action.
  std::string label;  // `product.Action`: for metrics, logs and policy; see
                      // `Product::label`.
  std::string path;   // `/package.Service/Method`, as gRPC names it.
  Effect effect = Effect::kWrite;
  // The vendor's limit: `limit_calls` calls may start in each `limit_period`.
  std::uint32_t limit_calls = 20;
  std::chrono::milliseconds limit_period{1000};
  // How long a reply may be served again. Zero: never. Positive only for kRead.
  std::chrono::milliseconds cache_ttl{0};
  // Resource tags, `product/tag`, so that two products never share one. A write
  // without tags changes its whole product.
  std::vector<std::string> reads;
  std::vector<std::string> writes;
  // Regions served. Empty: any, or none needed.
  std::vector<std::string> regions;
  bool sensitive = false;  // Request or reply holds a secret: never logged.
  bool sse = false;        // May answer text/event-stream.
  bool deprecated = false;
  std::string host;     // Replaces the product's host. Empty: the product's.
  std::string summary;  // First sentence of its documentation.
  const google::protobuf::Descriptor* request = nullptr;
  const google::protobuf::Descriptor* response = nullptr;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CATALOG_ACTION_H_
