#ifndef TCGATE_SERVICE_HTTP_RESOLVE_ENTRY_H_
#define TCGATE_SERVICE_HTTP_RESOLVE_ENTRY_H_

#include <string>
#include <vector>

#include "service/http/http.h"
#include "service/http/resolver.h"
#include "service/http/url_target.h"

namespace tcgate {

// What becomes of an exchange before libcurl hears of it. Pure.

// `host:port:address,address`, as CURLOPT_RESOLVE takes it. It replaces what
// libcurl knows of the host.
std::string ResolveEntry(const UrlTarget& target,
                         const std::vector<std::string>& addresses);

// The end of an exchange with an endpoint whose URL has no host.
HttpResult WrongUrl();

// The end of an exchange whose host was not found, or that nobody wants any
// more. `too_late`: its time has passed.
HttpResult Unresolved(const UrlTarget& target, const Resolution& found,
                      bool too_late, bool cancelled);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_RESOLVE_ENTRY_H_
