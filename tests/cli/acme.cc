#include "tests/cli/acme.h"

#include "gtest/gtest.h"
#include "tests/catalog/compile.h"

namespace tcgate {
namespace {

constexpr char kAcme[] = R"(syntax = "proto3";
package tests.acme.v20240506;
import "tcgate/options/v1/options.proto";

// Makes anvils.
service AcmeService {
  option (tcgate.options.v1.product) = {
    code: "acme", version: "2024-05-06", mainland_host: "acme.example"};
  // Lists anvils. They are heavy.
  rpc GetAnvils(Request) returns (Response) {
    option (tcgate.options.v1.action) = {
      effect: EFFECT_READ, cache_ttl: {seconds: 5}, reads: ["anvil", "forge"],
      limit: {calls: 10, per: {seconds: 60}}, regions: ["ap-one"]};
  }
  // Makes one.
  rpc MakeAnvil(Request) returns (Response) {
    option (tcgate.options.v1.action) = {
      effect: EFFECT_WRITE, writes: ["anvil"],
      regions: ["ap-one", "ap-two", "ap-three"]};
  }
  // Sets the weight.
  rpc SetWeight(Request) returns (Response) {
    option (tcgate.options.v1.action) = {effect: EFFECT_IDEMPOTENT, writes: ["anvil"]};
  }
  // Rings.
  rpc Ring(Request) returns (stream Response) {
    option (tcgate.options.v1.action) = {effect: EFFECT_READ, sse: true};
  }
  // Melts everything.
  rpc Melt(Request) returns (Response) { option deprecated = true; }
}
message Request {
  optional uint64 page_num = 1 [json_name = "PageNum"];
  repeated Filter filters = 2 [json_name = "Filters"];
}
message Filter { optional string name = 1 [json_name = "Name"]; }
message Response {
  optional uint64 total = 1 [json_name = "Total"];
  optional int64 least = 2 [json_name = "Least"];
  optional double weight = 3 [json_name = "Weight"];
  repeated string names = 4 [json_name = "Names"];
}
)";

constexpr char kRoad[] = R"(syntax = "proto3";
package tests.road.v20200101;
import "tcgate/options/v1/options.proto";
message Empty {}
// Runs.
service RoadService {
  option (tcgate.options.v1.product) = {
    code: "road", version: "2020-01-01", mainland_host: "road.example"};
  // Runs once.
  rpc Run(Empty) returns (Empty);
}
)";

}  // namespace

const Catalog& AcmeCatalog() {
  static const auto catalog = [] {
    const std::string acme = Compile("acme.proto", kAcme);
    const std::string road = Compile("road.proto", kRoad);
    auto built = Catalog::Build({acme, road});
    EXPECT_TRUE(built.ok()) << built.status();
    return *std::move(built);
  }();
  return *catalog;
}

}  // namespace tcgate
