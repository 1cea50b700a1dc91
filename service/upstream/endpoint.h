#ifndef TCGATE_SERVICE_UPSTREAM_ENDPOINT_H_
#define TCGATE_SERVICE_UPSTREAM_ENDPOINT_H_

#include <map>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/catalog/action.h"
#include "service/http/http.h"
#include "service/upstream/account.h"

namespace tcgate {

// Reads `https://host[:port]`, or `http` for a literal loopback address or
// `localhost`; a single slash may follow. Fails with kInvalidArgument, saying
// what is wrong and what would be right. `ca_file` stays empty.
absl::StatusOr<Endpoint> ParseEndpointUrl(absl::string_view url);

// The endpoints of accounts, made on first use and kept: one for each account
// and host, so that connections with different trust are never shared. Not
// thread-safe.
class Endpoints {
 public:
  // Returns where calls of `account` to `action` go: to the account's own
  // endpoint, else to the action's host, else to the product's on the account's
  // site. Null if that site does not serve the product. Both arguments must
  // outlive this object, and `account.endpoint_url` must be empty or parse.
  const Endpoint* Find(const Account& account, const Action& action);

 private:
  // The text is the account's, the action's or the product's own.
  using Key = std::pair<const Account*, absl::string_view>;
  std::map<Key, const Endpoint> endpoints_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_ENDPOINT_H_
