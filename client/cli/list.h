#ifndef TCGATE_CLIENT_CLI_LIST_H_
#define TCGATE_CLIENT_CLI_LIST_H_

#include <iosfwd>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/base/flags.h"
#include "service/catalog/catalog.h"

namespace tcgate {

// What `tcgate list` was asked to do.
struct ListRequest {
  std::string product;                   // Empty: all.
  std::vector<std::string> descriptors;  // See `LoadCatalog`.
};

// The command line of `tcgate list`, which fills in `request`.
Command ListCommand(ListRequest& request);

// Prints a table of the actions of one product, or of all if `product` is
// empty. Returns the exit code: 0, or `kExitUsage` after one line on `err` if
// the catalogue has no such product.
int ListActions(const Catalog& catalog, absl::string_view product,
                std::ostream& out, std::ostream& err);

}  // namespace tcgate

#endif  // TCGATE_CLIENT_CLI_LIST_H_
