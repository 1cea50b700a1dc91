#ifndef TCGATE_TESTS_CATALOG_DEMO_H_
#define TCGATE_TESTS_CATALOG_DEMO_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/catalog/catalog.h"

namespace tcgate {

inline constexpr char kDemoProduct[] =
    R"(code: "demo" version: "2024-05-06" mainland_host: "demo.example")";

// The source of a product file with one service, whose body is `methods`.
// Messages are `In` and `Out`.
std::string Demo(const std::string& methods,
                 const std::string& product = kDemoProduct,
                 const std::string& package = "demo.v1");

// A method `Act` with these options of its action.
std::string Act(const std::string& options);

// The catalogue of one source.
absl::StatusOr<std::unique_ptr<const Catalog>> BuildDemo(
    const std::string& source);

}  // namespace tcgate

#endif  // TCGATE_TESTS_CATALOG_DEMO_H_
