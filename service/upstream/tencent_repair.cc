// What surrounds an attempt: where it goes, and what is mended before it is
// repeated.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include "service/signing/tc3.h"
#include "service/telemetry/upstream_metrics.h"
#include "service/upstream/no_credential.h"
#include "service/upstream/tencent_upstream.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Chosen: a refresh is under way within a second, and reads files.
constexpr seconds kRefreshTime{2};
// Chosen: a small part of what a repeat takes, and a thousand calls that wait
// make fifty thousand timers a second, some hundredths of a core. Looked at
// again and again, so that nothing here may be called by another thread.
constexpr milliseconds kLookEvery{20};

}  // namespace

Route TencentUpstream::Choose(const Account& account, const Action& action,
                              const Endpoint* avoid) {
  Route route = hosts_.Choose(account, action, avoid, clock_.MonoNow());
  if (route.endpoint != nullptr) ShowBreaker(*route.endpoint);
  return route;
}

void TencentUpstream::Learn(const AttemptRequest& request, HostSign sign,
                            MonoTime began) {
  const MonoTime now = clock_.MonoNow();
  metrics_.upstream().AttemptTook(request.action->index, now - began);
  if (sign == HostSign::kNothing) return;
  hosts_.Of(*request.endpoint)
      .breaker.Ended(sign == HostSign::kIll, began, now);
  ShowBreaker(*request.endpoint);
}

void TencentUpstream::ShowBreaker(const Endpoint& endpoint) {
  Host& host = hosts_.Of(endpoint);
  const Breaker::State state = host.breaker.state();
  if (host.shown == state) return;
  host.shown = state;
  metrics_.upstream().Breaker(endpoint.host, static_cast<int>(state));
}

Outcome TencentUpstream::CorrectClock(const AttemptRequest& request,
                                      WallTime server_time) {
  const seconds ahead =
      std::chrono::floor<seconds>(server_time - clock_.WallNow());
  const std::int64_t there =
      std::chrono::floor<seconds>(server_time.time_since_epoch()).count();
  const std::string date = tc3::Date(there);
  const Product& product = *request.action->product;
  // The keeper judges how wrong a clock may be. Without a key the old offset
  // stays: one wrong Date must not stop what works.
  if (keys_.Find(request.account->name, product.code, date) == nullptr) {
    return ClockTooWrong(*request.account, product, date, ahead);
  }
  hosts_.Of(*request.endpoint).clock_offset = ahead;
  return {};
}

Task<bool> TencentUpstream::RefreshCredential(
    AttemptRequest request, std::shared_ptr<const SigningKey> refused,
    MonoTime until, Cancellation& cancel) {
  if (refused == nullptr) co_return false;
  const std::string& account = request.account->name;
  const std::string& product = request.action->product->code;
  // Another call may have asked before: then there is nothing to wait for.
  std::shared_ptr<const SigningKey> key =
      keys_.Find(account, product, refused->date);
  if (key != refused) co_return key != nullptr;

  const std::uint64_t number = keys_.Refresh(account);
  const MonoTime end = std::min(until, loop_.Now() + kRefreshTime);
  while (keys_.Refreshed(account) < number && loop_.Now() < end) {
    const MonoTime next = std::min(end, loop_.Now() + kLookEvery);
    Sleep sleep = loop_.SleepUntil(next, cancel);
    const bool slept = co_await sleep;
    if (!slept) co_return false;
  }
  key = keys_.Find(account, product, refused->date);
  const bool another = key != nullptr && key != refused;
  co_return another;
}

}  // namespace tcgate
