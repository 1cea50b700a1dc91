#include "service/sandbox/find_action.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/catalog/action.h"
#include "service/catalog/catalog.h"
#include "service/sandbox/authorization.h"

namespace tcgate {
namespace {

std::vector<const Product*> ProductsOf(const Catalog& catalog,
                                       absl::string_view code) {
  std::vector<const Product*> products;
  for (const Product& product : catalog.products()) {
    if (code.empty() || product.code == code) products.push_back(&product);
  }
  return products;
}

// The products that a request can mean: all, if it does not tell.
std::vector<const Product*> Candidates(const Catalog& catalog,
                                       const HttpServer::Request& request) {
  std::vector<const Product*> products;
  const std::optional<Authorization> authorization =
      ParseAuthorization(request.Header("authorization"));
  if (authorization.has_value()) {
    products = ProductsOf(catalog, authorization->service);
  }
  if (products.empty()) {
    products = ProductsOf(catalog, FirstLabel(request.Header("host")));
  }
  return products.empty() ? ProductsOf(catalog, "") : products;
}

}  // namespace

absl::string_view FirstLabel(absl::string_view host) {
  return host.substr(0, host.find('.'));
}

std::optional<VendorError> FindAction(const Catalog& catalog,
                                      const HttpServer::Request& request,
                                      const Action*& action) {
  const absl::string_view name = request.Header("x-tc-action");
  if (name.empty()) return MissingParameter("Action");
  const absl::string_view version = request.Header("x-tc-version");
  if (version.empty()) return MissingParameter("Version");
  bool known_action = false;
  bool known_version = false;
  for (const Product* product : Candidates(catalog, request)) {
    const Action* found =
        catalog.FindLabel(absl::StrCat(product->code, ".", name));
    known_action = known_action || found != nullptr;
    if (product->version != version) continue;
    known_version = true;
    if (found != nullptr && found->product == product) {
      action = found;
      return std::nullopt;
    }
  }
  if (known_action && !known_version) {
    return VendorError{"NoSuchVersion", absl::StrCat("The version `", version,
                                                     "` does not exist.")};
  }
  return VendorError{
      "InvalidAction",
      absl::StrCat("The action `", name, "` is invalid or not found.")};
}

}  // namespace tcgate
