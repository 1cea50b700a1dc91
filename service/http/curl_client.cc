#include "service/http/curl_client.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "service/http/cancellation.h"
#include "service/http/curl_transfer.h"
#include "service/http/loop.h"
#include "service/http/resolver.h"
#include "service/http/url_target.h"

namespace tcgate {
namespace {

// Chosen: handles kept, some 10 KB each; more are made for a burst and go with
// it.
constexpr std::size_t kMaxIdle = 128;

HttpResult NotSent(HttpFault fault, std::string error) {
  HttpResult result;
  result.fault = fault;
  result.error = std::move(error);
  return result;
}

// `host:port:address,address`, as CURLOPT_RESOLVE takes it. It replaces what
// libcurl knows of the host.
std::string ResolveEntry(const UrlTarget& target,
                         const std::vector<std::string>& addresses) {
  return absl::StrCat(target.host, ":", target.port, ":",
                      absl::StrJoin(addresses, ","));
}

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
    co_return NotSent(HttpFault::kConnect, "the URL of the endpoint is wrong");
  }

  std::string resolve;
  if (!target.is_address) {
    Task<Resolution> resolving =
        resolver_.Resolve(target.host, request.deadline, cancel);
    const Resolution found = co_await resolving;
    if (cancel.requested()) {
      co_return NotSent(HttpFault::kCancelled, "cancelled");
    }
    if (found.addresses == nullptr) {
      // The name server may be slow, or the deadline short: the latter rules.
      const bool too_late = loop_.Now() >= request.deadline;
      co_return NotSent(too_late ? HttpFault::kTimeout : HttpFault::kName,
                        absl::StrCat(target.host, ": ", found.error));
    }
    resolve = ResolveEntry(target, *found.addresses);
  }

  const std::chrono::seconds max_idle =
      request.send_once ? options_.max_idle_once : options_.max_idle;
  Wait over(loop_, request.deadline, cancel);
  std::unique_ptr<CurlTransfer> transfer = Take();
  transfer->Start(request, resolve, static_cast<long>(max_idle.count()), over);
  const WokenBy woken_by = co_await over;
  HttpResult result = transfer->Finish(woken_by);
  if (result.sent && transfer->opened_connection() &&
      options_.on_connection_opened) {
    options_.on_connection_opened();
  }
  GiveBack(std::move(transfer));
  co_return result;
}

std::unique_ptr<CurlTransfer> CurlClient::Take() {
  if (idle_.empty()) return std::make_unique<CurlTransfer>(multi_);
  std::unique_ptr<CurlTransfer> transfer = std::move(idle_.back());
  idle_.pop_back();
  return transfer;
}

void CurlClient::GiveBack(std::unique_ptr<CurlTransfer> transfer) {
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(transfer));
}

}  // namespace tcgate
