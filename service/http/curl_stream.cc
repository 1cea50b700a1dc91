#include "service/http/curl_stream.h"

#include <limits>
#include <utility>

#include "service/http/cancellation.h"
#include "service/http/loop.h"
#include "service/http/resolve_entry.h"
#include "service/http/resolver.h"
#include "service/http/url_target.h"

namespace tcgate {

// Identity: a compressor on the way may hold events back to fill its blocks.
CurlStream::CurlStream(Loop& loop, CurlMulti& multi, Resolver& resolver,
                       const CurlClientOptions& options, HttpRequest request,
                       Cancellation& cancel)
    : CurlTransfer(multi, Method::kPost, "identity"),
      loop_(loop),
      resolver_(resolver),
      options_(options),
      request_(std::move(request)),
      cancel_(cancel) {}

CurlStream::~CurlStream() {
  if (state_ == State::kGoing) Finish(WokenBy::kCancel);
}

Task<std::string> CurlStream::Read(MonoTime until) {
  if (state_ == State::kNew) {
    Task<bool> starting = Start(until);
    const bool started = co_await starting;
    if (!started) co_return std::string();
  }
  if (state_ == State::kGoing && reply().size() == 0) Continue();
  while (state_ == State::kGoing && reply().size() == 0 && !all_here_) {
    Wait more(loop_, until, cancel_);
    reading_ = &more;
    const WokenBy woken_by = co_await more;
    reading_ = nullptr;
    if (woken_by != WokenBy::kNotify) Finish(woken_by);
  }
  if (state_ == State::kOver) co_return std::string();
  if (reply().size() == 0) {
    Finish(WokenBy::kNotify);
    co_return std::string();
  }
  ReadHead();
  co_return reply().TakeBody();
}

Task<bool> CurlStream::Start(MonoTime until) {
  const UrlTarget target = TargetOf(request_.endpoint->url);
  if (target.host.empty()) {
    state_ = State::kOver;
    CurlTransfer::result() = WrongUrl();
    co_return false;
  }
  if (!target.is_address) {
    Task<Resolution> resolving = resolver_.Resolve(target.host, until, cancel_);
    const Resolution found = co_await resolving;
    if (found.addresses == nullptr || cancel_.requested()) {
      state_ = State::kOver;
      CurlTransfer::result() =
          Unresolved(target, found, loop_.Now() >= until, cancel_.requested());
      co_return false;
    }
    addresses_ = found.addresses;
    resolve_ = ResolveEntry(target, *addresses_);
  }
  state_ = State::kGoing;
  Begin(request_, resolve_,
        {options_.idle(), std::numeric_limits<std::size_t>::max()});
  co_return true;
}

void CurlStream::Continue() {
  if (!std::exchange(paused_, false)) return;
  // May call `TakeBody` with what libcurl holds.
  curl_easy_pause(easy(), CURLPAUSE_CONT);
}

void CurlStream::Finish(WokenBy woken_by) {
  state_ = State::kOver;
  End(woken_by);
  reply().TakeBody();  // What nobody will read.
  options_.TellOfConnection(result(), opened_connection());
  if (addresses_ != nullptr && result().not_connected()) {
    resolver_.Avoid(TargetOf(request_.endpoint->url).host, addresses_);
  }
}

std::string CurlStream::Header(const char* name) const {
  curl_header* found = nullptr;
  const CURLHcode code =
      curl_easy_header(easy(), name, 0, CURLH_HEADER, -1, &found);
  return code == CURLHE_OK ? found->value : "";
}

std::size_t CurlStream::TakeBody(absl::string_view part) {
  if (reply().size() >= kMostBuffered) {
    paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  reply().AddBody(part, 0);
  TellOfMore();
  return part.size();
}

void CurlStream::OnOver() {
  all_here_ = true;
  Wake();
}

void CurlStream::Wake() {
  if (reading_ != nullptr) reading_->Notify();
}

}  // namespace tcgate
