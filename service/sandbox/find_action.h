#ifndef TCGATE_SERVICE_SANDBOX_FIND_ACTION_H_
#define TCGATE_SERVICE_SANDBOX_FIND_ACTION_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "service/admin/http_server.h"
#include "service/sandbox/vendor_error.h"

namespace tcgate {

struct Action;
class Catalog;

// Finds what X-TC-Action and X-TC-Version ask for. The product is the one that
// the signature's scope names, else the host, else the one that has the action
// in that version: some official clients name neither when they are pointed at
// an address. Returns an error if there is none, and sets `action` otherwise.
std::optional<VendorError> FindAction(const Catalog& catalog,
                                      const HttpServer::Request& request,
                                      const Action*& action);

// The word that clients which derive the service from the endpoint put into the
// scope: `127` of `127.0.0.1:8180`, `localhost:8180`.
absl::string_view FirstLabel(absl::string_view host);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_FIND_ACTION_H_
