#include "service/http/curl_client.h"

#include <string>
#include <utility>

#include "service/http/cancellation.h"
#include "service/http/curl_stream.h"
#include "service/http/curl_unary.h"
#include "service/http/loop.h"
#include "service/http/resolve_entry.h"
#include "service/http/resolver.h"
#include "service/http/url_target.h"

namespace tcgate {
namespace {

// Chosen: handles kept, some 10 KB each; more are made for a burst and go with
// it.
constexpr std::size_t kMaxIdle = 128;

}  // namespace

CurlClient::CurlClient(Loop& loop, CurlMulti& multi, Resolver& resolver,
                       CurlClientOptions options)
    : loop_(loop),
      multi_(multi),
      resolver_(resolver),
      options_(std::move(options)) {}

CurlClient::~CurlClient() = default;

Task<HttpResult> CurlClient::Send(HttpRequest request, Cancellation& cancel) {
  const UrlTarget target = TargetOf(request.endpoint->url);
  if (target.host.empty()) {
    co_return WrongUrl();
  }

  std::string resolve;
  if (!target.is_address) {
    Task<Resolution> resolving =
        resolver_.Resolve(target.host, request.deadline, cancel);
    const Resolution found = co_await resolving;
    if (found.addresses == nullptr || cancel.requested()) {
      co_return Unresolved(target, found, loop_.Now() >= request.deadline,
                           cancel.requested());
    }
    resolve = ResolveEntry(target, *found.addresses);
  }

  Wait over(loop_, request.deadline, cancel);
  std::unique_ptr<CurlUnary> transfer = Take();
  transfer->Start(request, resolve, options_.MaxIdleSeconds(request), over);
  const WokenBy woken_by = co_await over;
  HttpResult result = transfer->Finish(woken_by);
  if (result.sent && transfer->opened_connection() &&
      options_.on_connection_opened) {
    options_.on_connection_opened();
  }
  GiveBack(std::move(transfer));
  co_return result;
}

std::unique_ptr<HttpStream> CurlClient::Open(HttpRequest request,
                                             Cancellation& cancel) {
  return std::make_unique<CurlStream>(loop_, multi_, resolver_, options_,
                                      std::move(request), cancel);
}

std::unique_ptr<CurlUnary> CurlClient::Take() {
  if (idle_.empty()) return std::make_unique<CurlUnary>(multi_);
  std::unique_ptr<CurlUnary> transfer = std::move(idle_.back());
  idle_.pop_back();
  return transfer;
}

void CurlClient::GiveBack(std::unique_ptr<CurlUnary> transfer) {
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(transfer));
}

}  // namespace tcgate
