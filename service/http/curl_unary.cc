#include "service/http/curl_unary.h"

#include <algorithm>
#include <utility>

namespace tcgate {

void CurlUnary::Start(const HttpRequest& request, const std::string& resolve,
                      const IdleLimits& idle, Wait& over) {
  over_ = &over;
  Begin(request, resolve, {idle, request.max_reply_bytes, request.budget});
}

HttpResult CurlUnary::Finish(WokenBy woken_by) {
  End(woken_by);
  result().body = reply().TakeBody(&result().held);
  over_ = nullptr;
  return std::move(result());
}

std::size_t CurlUnary::TakeBody(absl::string_view part) {
  curl_off_t announced = 0;  // Negative: unknown.
  curl_easy_getinfo(easy(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  const bool taken = reply().AddBody(
      part, static_cast<std::size_t>(std::max<curl_off_t>(announced, 0)));
  return taken ? part.size() : 0;
}

}  // namespace tcgate
