#ifndef TCGATE_SERVICE_HTTP_CURL_WARM_H_
#define TCGATE_SERVICE_HTTP_CURL_WARM_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "service/http/curl_transfer.h"
#include "service/http/http.h"
#include "service/http/wait.h"

namespace tcgate {

// One exchange that leaves a new connection behind. It asks for the head of
// `/`, without a header of a request to the API: whatever the answer is, no
// action runs.
class CurlWarm final : public CurlTransfer {
 public:
  // `multi` must outlive it.
  explicit CurlWarm(CurlMulti& multi)
      : CurlTransfer(multi, Method::kHead, "identity") {}

  // As those of `CurlUnary`; of `request` only the endpoint counts.
  void Start(const HttpRequest& request, const std::string& resolve,
             const IdleLimits& idle, Wait& over) {
    over_ = &over;
    Begin(request, resolve, {idle, 0, nullptr, /*fresh=*/true});
  }
  HttpResult Finish(WokenBy woken_by) {
    End(woken_by);
    return std::move(result());
  }

 private:
  std::size_t TakeBody(absl::string_view /*part*/) override { return 0; }
  void OnOver() override { over_->Notify(); }

  Wait* over_ = nullptr;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_CURL_WARM_H_
