#ifndef TCGATE_SERVICE_HTTP_LOOKUP_H_
#define TCGATE_SERVICE_HTTP_LOOKUP_H_

#include <functional>
#include <string>
#include <vector>

namespace tcgate {

// What is known of a host name.
struct LookupResult {
  // Numeric, IPv4 and IPv6, in the order to try them. Empty: `error` says why.
  std::vector<std::string> addresses;
  std::string error;
};

// Finds the addresses of a host. May block for as long as it likes: it is
// called on a thread of its own. Thread-safe. A seam: tests inject results.
using Lookup = std::function<LookupResult(const std::string& host)>;

// Asks the system's resolver: hosts file, then name servers.
LookupResult SystemLookup(const std::string& host);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_LOOKUP_H_
