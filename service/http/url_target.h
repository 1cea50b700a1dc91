#ifndef TCGATE_SERVICE_HTTP_URL_TARGET_H_
#define TCGATE_SERVICE_HTTP_URL_TARGET_H_

#include <string>

#include "absl/strings/string_view.h"

namespace tcgate {

// What a URL says to connect to.
struct UrlTarget {
  std::string host;  // Lower case; without the brackets of IPv6.
  std::string port;  // Always set: 443 and 80 where the URL names none.
  bool is_address =
      false;  // `host` is an IP address: there is no name to find.
};

// Reads `https://host[:port][/...]`, or the same with `http`. Everything else
// gives an empty host. A URL with a user name is refused so, too.
UrlTarget TargetOf(absl::string_view url);

// Whether `host`, without brackets, is an IPv4 or IPv6 address.
bool IsAddress(const std::string& host);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_URL_TARGET_H_
