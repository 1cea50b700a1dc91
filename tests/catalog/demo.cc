#include "tests/catalog/demo.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/catalog/compile.h"

namespace tcgate {

std::string Demo(const std::string& methods, const std::string& product,
                 const std::string& package) {
  return absl::StrReplaceAll(
      R"(syntax = "proto3";
         package $package;
         import "tcgate/options/v1/options.proto";
         message In {}
         message Out {}
         // Does as it is told. Badly.
         service DemoService {
           option (tcgate.options.v1.product) = { $product };
           $methods
         })",
      {{"$package", package}, {"$product", product}, {"$methods", methods}});
}

std::string Act(const std::string& options) {
  return absl::StrCat(
      "rpc Act(In) returns (Out) { option (tcgate.options.v1.action) = {",
      options, "}; }");
}

absl::StatusOr<std::unique_ptr<const Catalog>> BuildDemo(
    const std::string& source) {
  return Catalog::Build({Compile("demo.proto", source)});
}

}  // namespace tcgate
