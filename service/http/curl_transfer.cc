#include "service/http/curl_transfer.h"

#include <sys/socket.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/http/curl_fault.h"
#include "service/http/url_target.h"

namespace tcgate {
namespace {

// For libcurl, which takes what it never changes as `char*`.
char* Unchanged(const std::string& text) {
  return const_cast<char*>(text.c_str());
}

}  // namespace

CurlTransfer::CurlTransfer(CurlMulti& multi, Method method,
                           const char* encodings)
    : multi_(multi), easy_(curl_easy_init()), method_(method) {
  const auto set = [this](CURLoption option, auto value) {
    curl_easy_setopt(easy_, option, value);
  };
  set(CURLOPT_ERRORBUFFER, error_.data());
  set(method == Method::kPost ? CURLOPT_POST : CURLOPT_NOBODY, 1L);
  // HTTP/1.1: cheaper than HTTP/2 at one request a connection, and libcurl 7.88
  // resets HTTP/2 streams in a way that servers take for an attack.
  set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  // Else Debian's default directory is read for each new connection, 22 ms.
  set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  set(CURLOPT_PROXY, "");  // Variables such as `http_proxy` are not obeyed.
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TCP_NODELAY, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_ACCEPT_ENCODING, encodings);
  set(CURLOPT_DNS_CACHE_TIMEOUT, -1L);  // Entries are replaced by `Begin`.
  set(CURLOPT_MAXAGE_CONN, CurlMulti::kAnyAge);
  // The least: one is allocated for each request over TLS. By default it has 64
  // KiB, more than an allocator keeps at hand.
  set(CURLOPT_UPLOAD_BUFFERSIZE, 16L * 1024);
  set(CURLOPT_HTTPHEADER, headers_.first());

  set(CURLOPT_HEADERFUNCTION, &OnHeader);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &OnBody);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_PREREQFUNCTION, &OnSending);
  set(CURLOPT_PREREQDATA, this);
  set(CURLOPT_OPENSOCKETFUNCTION, &OnConnecting);
  set(CURLOPT_OPENSOCKETDATA, this);
  set(CURLOPT_RESOLVER_START_FUNCTION, &OnResolving);
  set(CURLOPT_RESOLVER_START_DATA, this);
}

CurlTransfer::~CurlTransfer() { curl_easy_cleanup(easy_); }

void CurlTransfer::Begin(const HttpRequest& request, const std::string& resolve,
                         const Limits& limits) {
  request_ = &request;
  code_ = CURLE_OK;
  reply_.Begin(limits.max_body_bytes, limits.budget);
  repeat_refused_ = false;
  stale_ = false;
  result_ = {};
  error_[0] = '\0';

  SetEndpoint(*request.endpoint);
  origin_->max_idle = limits.idle.usual;
  max_idle_ = origin_->keep_alive.MaxIdle(
      multi_.Now(), request.send_once,
      request.send_once ? limits.idle.once : limits.idle.usual);
  headers_.Set(request);
  SetResolve(resolve);
  SetFresh(limits.fresh);
  if (method_ == Method::kPost) {
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  multi_.Add(easy_, *this);
}

void CurlTransfer::SetEndpoint(const Endpoint& endpoint) {
  if (origin_ != nullptr && url_ == endpoint.url &&
      ca_file_ == endpoint.ca_file) {
    return;
  }
  url_ = endpoint.url;
  ca_file_ = endpoint.ca_file;
  origin_ = &multi_.OriginOf(endpoint);
  curl_easy_setopt(easy_, CURLOPT_SHARE, origin_->share);
  curl_easy_setopt(easy_, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(easy_, CURLOPT_CAINFO,
                   ca_file_.empty() ? curl_version_info(CURLVERSION_NOW)->cainfo
                                    : ca_file_.c_str());
}

void CurlTransfer::SetResolve(const std::string& resolve) {
  // Once an entry was taken in, libcurl keeps it for all transfers.
  const bool known = resolve.empty() || resolve == origin_->resolve;
  if (known && resolve_.empty()) return;
  resolve_ = known ? "" : resolve;
  resolve_list_ = {Unchanged(resolve_), nullptr};
  curl_easy_setopt(easy_, CURLOPT_RESOLVE, known ? nullptr : &resolve_list_);
}

void CurlTransfer::SetFresh(bool fresh) {
  if (fresh_ == fresh) return;
  fresh_ = fresh;
  curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
}

void CurlTransfer::End(WokenBy woken_by) {
  // Before sending libcurl would still tell of the exchange before.
  if (result_.sent) ReadHead();
  multi_.Remove(easy_);
  GiveUpAttempts();
  if (woken_by == WokenBy::kTime) {
    result_.fault = HttpFault::kTimeout;
  } else if (woken_by == WokenBy::kCancel) {
    result_.fault = HttpFault::kCancelled;
  } else if (reply_.no_room()) {
    result_.fault = HttpFault::kNoRoom;
  } else if (!reply_.excess().empty()) {
    result_.fault = HttpFault::kTooLarge;
  } else {
    result_.fault = FaultOf(code_, result_.sent);
  }
  if (result_.fault != HttpFault::kNone) ExplainFault(woken_by);
  request_ = nullptr;
}

void CurlTransfer::ReadHead() {
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  result_.status = static_cast<int>(status);
  const char* content_type = nullptr;
  curl_easy_getinfo(easy_, CURLINFO_CONTENT_TYPE, &content_type);
  if (content_type != nullptr) result_.content_type = content_type;
  curl_header* date = nullptr;
  if (curl_easy_header(easy_, "Date", 0, CURLH_HEADER, -1, &date) ==
      CURLHE_OK) {
    ReadDate(date->value);
  }
}

void CurlTransfer::ReadDate(absl::string_view text) {
  // It changes once a second, and reading it is a fifth of what an exchange
  // costs beyond libcurl (measured).
  if (text != origin_->date_text) {
    origin_->date_text = std::string(text);
    origin_->date_seconds = curl_getdate(origin_->date_text.c_str(), nullptr);
  }
  if (origin_->date_seconds < 0) return;  // Not a date.
  result_.date = std::chrono::system_clock::from_time_t(origin_->date_seconds);
}

// Only libcurl's own words, and those that name details only where nothing of
// an answer can be among them.
void CurlTransfer::ExplainFault(WokenBy woken_by) {
  if (woken_by == WokenBy::kCancel) {
    result_.error = "cancelled";
  } else if (woken_by == WokenBy::kTime) {
    result_.error = result_.sent ? "no answer before the deadline"
                                 : "not connected before the deadline";
  } else if (reply_.no_room()) {
    result_.error = "no room for more of the reply";
  } else if (!reply_.excess().empty()) {
    result_.error = reply_.excess();
  } else if (repeat_refused_) {
    result_.error = "the connection was closed before an answer";
  } else if (!result_.sent && error_[0] != '\0') {
    result_.error = error_.data();
  } else {
    result_.error = curl_easy_strerror(code_);
  }
}

bool CurlTransfer::opened_connection() const {
  long opened = 0;
  curl_easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &opened);
  return opened > 0;
}

void CurlTransfer::OnDone(CURLcode code) {
  if (std::exchange(stale_, false)) {
    // A new connection cannot be stale, so this happens once.
    multi_.Remove(easy_);
    GiveUpAttempts();
    SetFresh(true);
    multi_.Add(easy_, *this);
    return;
  }
  // libcurl takes headers that were cut off for an answer without a body.
  const bool cut = code == CURLE_OK && !reply_.headers_ended();
  code_ = cut ? CURLE_PARTIAL_FILE : code;
  OnOver();
}

// Called for each line. Anything but its size ends the transfer.
std::size_t CurlTransfer::OnHeader(char* data, std::size_t size,
                                   std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const absl::string_view line(data, size * count);
  if (const auto time = KeepAliveTimeout(line)) {
    transfer.origin_->keep_alive.Announced(transfer.multi_.Now(), *time);
  }
  return transfer.reply_.AddHeader(line) ? line.size() : 0;
}

std::size_t CurlTransfer::OnBody(char* data, std::size_t size,
                                 std::size_t count, void* self) {
  return static_cast<CurlTransfer*>(self)->TakeBody({data, size * count});
}

// Called before each sending of the request.
int CurlTransfer::OnSending(void* self, char* peer_ip, char* /*own_ip*/,
                            int peer_port, int own_port) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (transfer.result_.sent) {
    transfer.repeat_refused_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  if (!transfer.MayUse({peer_ip, peer_port, own_port})) {
    transfer.stale_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  if (!transfer.resolve_.empty()) {
    transfer.origin_->resolve = transfer.resolve_;
  }
  transfer.result_.sent = true;
  return CURL_PREREQFUNC_OK;
}

bool CurlTransfer::MayUse(const Connections::Ends& ends) {
  Connections& connections = multi_.connections();
  for (const Connections::Attempt& attempt : attempts_) {
    if (!connections.Connected(attempt, ends)) continue;
    GiveUpAttempts();
    return true;
  }
  return connections.MayUse(ends, max_idle_, request_->send_once);
}

void CurlTransfer::GiveUpAttempts() {
  for (const Connections::Attempt& attempt : attempts_) {
    multi_.connections().GaveUp(attempt);
  }
  attempts_.clear();
}

// Called before each connection. After sending it can only be for a repeat,
// which so fails at once, without a handshake for nothing.
curl_socket_t CurlTransfer::OnConnecting(void* self, curlsocktype /*purpose*/,
                                         curl_sockaddr* address) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (transfer.result_.sent) {
    transfer.repeat_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  const int opened = socket(address->family, address->socktype | SOCK_CLOEXEC,
                            address->protocol);
  if (opened >= 0) {
    transfer.attempts_.push_back(
        transfer.multi_.connections().Opened(opened, *transfer.origin_));
  }
  return opened;
}

// Called before libcurl looks a name up, which it never has to: it is given
// addresses. Were it to, the loop would stand still; so it fails instead.
int CurlTransfer::OnResolving(void* /*state*/, void* /*reserved*/, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  return TargetOf(transfer.url_).is_address ? 0 : 1;
}

}  // namespace tcgate
