#include "service/http/curl_fault.h"

namespace tcgate {

HttpFault FaultOf(CURLcode code, bool sent) {
  if (code == CURLE_OK) return HttpFault::kNone;
  if (sent) return HttpFault::kBroken;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return HttpFault::kName;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return HttpFault::kTls;
    default:
      return HttpFault::kConnect;
  }
}

}  // namespace tcgate
