#ifndef TCGATE_SERVICE_HTTP_CURL_FAULT_H_
#define TCGATE_SERVICE_HTTP_CURL_FAULT_H_

#include <curl/curl.h>

#include "service/http/http.h"

namespace tcgate {

// What libcurl's `code` means for an exchange of which a byte was `sent` or
// not. Once something was sent every error is kBroken: it may have run.
HttpFault FaultOf(CURLcode code, bool sent);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_CURL_FAULT_H_
