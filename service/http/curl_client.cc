#include "service/http/curl_client.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <utility>

#include "service/http/cancellation.h"
#include "service/http/curl_stream.h"
#include "service/http/curl_unary.h"
#include "service/http/curl_warm.h"
#include "service/http/loop.h"
#include "service/http/resolve_entry.h"
#include "service/http/resolver.h"
#include "service/http/url_target.h"

namespace tcgate {
namespace {

// Chosen: handles kept when no connection is, some 10 KB each.
constexpr std::size_t kFewHandles = 16;

// Chosen: to open connections, with patience for a server that is far.
constexpr std::chrono::seconds kWarmTime{5};

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
  Resolution found;
  if (!target.is_address) {
    Task<Resolution> resolving =
        resolver_.Resolve(target.host, request.deadline, cancel);
    found = co_await resolving;
    if (found.addresses == nullptr || cancel.requested()) {
      co_return Unresolved(target, found, loop_.Now() >= request.deadline,
                           cancel.requested());
    }
    resolve = ResolveEntry(target, *found.addresses);
  }

  Wait over(loop_, request.deadline, cancel);
  std::unique_ptr<CurlUnary> transfer = Take();
  transfer->Start(request, resolve, options_.idle(), over);
  const WokenBy woken_by = co_await over;
  HttpResult result = transfer->Finish(woken_by);
  options_.TellOfConnection(result, transfer->opened_connection());
  GiveBack(std::move(transfer));
  if (found.addresses != nullptr && result.not_connected()) {
    resolver_.Avoid(target.host, found.addresses);
  }
  co_return result;
}

std::unique_ptr<HttpStream> CurlClient::Open(HttpRequest request,
                                             Cancellation& cancel) {
  return std::make_unique<CurlStream>(loop_, multi_, resolver_, options_,
                                      std::move(request), cancel);
}

// Connections that are being opened together.
struct CurlClient::WarmUp {
  const Endpoint& endpoint;
  const std::string resolve;
  const MonoTime deadline;
  Wait& over;
  int left;
  int opened = 0;
};

Task<int> CurlClient::Warm(const Endpoint& endpoint, int connections,
                           Cancellation& cancel) {
  const MonoTime deadline = loop_.Now() + kWarmTime;
  const UrlTarget target = TargetOf(endpoint.url);
  std::string resolve;
  if (target.host.empty()) co_return 0;
  if (!target.is_address) {
    Task<Resolution> resolving =
        resolver_.Resolve(target.host, deadline, cancel);
    const Resolution found = co_await resolving;
    if (found.addresses == nullptr) co_return 0;
    resolve = ResolveEntry(target, *found.addresses);
  }
  const int missing = connections - multi_.OriginOf(endpoint).open;
  if (missing <= 0 || cancel.requested()) co_return 0;

  // Each exchange has a cancellation of its own: one wait may listen to each.
  Wait over(loop_, deadline + kWarmTime, cancel);
  WarmUp all{endpoint, std::move(resolve), deadline, over, missing};
  std::deque<Cancellation> cancels(static_cast<std::size_t>(missing));
  for (Cancellation& one : cancels) WarmOne(all, one);
  const WokenBy woken_by = co_await over;
  if (woken_by != WokenBy::kNotify) {
    for (Cancellation& one : cancels) one.Request();
  }
  co_return all.opened;
}

Detached CurlClient::WarmOne(WarmUp& all, Cancellation& cancel) {
  HttpRequest request;
  request.endpoint = &all.endpoint;
  request.deadline = all.deadline;
  Wait over(loop_, request.deadline, cancel);
  CurlWarm transfer(multi_);
  transfer.Start(request, all.resolve, options_.idle(), over);
  const WokenBy woken_by = co_await over;
  const HttpResult result = transfer.Finish(woken_by);
  options_.TellOfConnection(result, transfer.opened_connection());
  if (result.fault == HttpFault::kNone) ++all.opened;
  if (--all.left == 0) all.over.Notify();
}

int CurlClient::connections(const Endpoint& endpoint) {
  return multi_.OriginOf(endpoint).open;
}

std::unique_ptr<CurlUnary> CurlClient::Take() {
  if (idle_.empty()) return std::make_unique<CurlUnary>(multi_);
  std::unique_ptr<CurlUnary> transfer = std::move(idle_.back());
  idle_.pop_back();
  return transfer;
}

void CurlClient::GiveBack(std::unique_ptr<CurlUnary> transfer) {
  idle_.push_back(std::move(transfer));
  // As many as connections are open: what a burst needed goes with those.
  const std::size_t most = std::max(kFewHandles, multi_.connections().open());
  while (idle_.size() > most) idle_.pop_back();
}

}  // namespace tcgate
