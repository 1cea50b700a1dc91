#ifndef TCGATE_SERVICE_CATALOG_LOAD_CATALOG_H_
#define TCGATE_SERVICE_CATALOG_LOAD_CATALOG_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/catalog/catalog.h"

namespace tcgate {

// Builds the catalogue of the products built into this program, followed by
// those of `files`: FileDescriptorSets as `Catalog::Build` takes them. So a
// product is served, listed and called without a new build.
//
// Fails with kInvalidArgument, all faults in one message, a line each that
// names the file: one that cannot be read, is no descriptor set or is empty,
// and whatever `Catalog::Build` refuses.
absl::StatusOr<std::unique_ptr<const Catalog>> LoadCatalog(
    const std::vector<std::string>& files);

// The codes of the products built into this program, each once.
std::vector<std::string> ShippedProducts();

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CATALOG_LOAD_CATALOG_H_
