#ifndef TCGATE_SERVICE_HTTP_CURL_UNARY_H_
#define TCGATE_SERVICE_HTTP_CURL_UNARY_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "service/http/curl_transfer.h"
#include "service/http/http.h"
#include "service/http/wait.h"

namespace tcgate {

// Exchanges whose answer is wanted whole.
class CurlUnary final : public CurlTransfer {
 public:
  // `multi` must outlive it.
  explicit CurlUnary(CurlMulti& multi)
      : CurlTransfer(multi, Method::kPost, "gzip") {}

  // Starts an exchange, and notifies `over` when it is; see `Begin`.
  void Start(const HttpRequest& request, const std::string& resolve,
             const IdleLimits& idle, Wait& over);

  // Ends the exchange and tells how it went; see `End`.
  HttpResult Finish(WokenBy woken_by);

 private:
  std::size_t TakeBody(absl::string_view part) override;
  void OnOver() override { over_->Notify(); }

  Wait* over_ = nullptr;  // Of the exchange that is going on.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_CURL_UNARY_H_
