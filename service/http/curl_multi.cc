#include "service/http/curl_multi.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;

CurlMulti::Transfer* TransferOf(CURL* easy) {
  void* transfer = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
  return static_cast<CurlMulti::Transfer*>(transfer);
}

MonoTime RealNow() { return SystemClock().MonoNow(); }

CURLM* NewMulti() {
  // Counted by libcurl: the first call initialises it, the last cleans up.
  curl_global_init(CURL_GLOBAL_DEFAULT);
  return curl_multi_init();
}

curl_socket_t NoSocket(void* /*unused*/, curlsocktype /*purpose*/,
                       curl_sockaddr* /*address*/) {
  return CURL_SOCKET_BAD;
}

int NoName(void* /*state*/, void* /*reserved*/, void* /*unused*/) { return 1; }

int NoRequest(void* /*unused*/, char* /*peer_ip*/, char* /*own_ip*/,
              int /*peer_port*/, int /*own_port*/) {
  return CURL_PREREQFUNC_ABORT;
}

}  // namespace

CurlMulti::CurlMulti(std::size_t max_connections, const Clock& clock)
    : clock_(clock),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      connections_(epoll_, clock_),
      multi_(NewMulti()),
      sweeper_(curl_easy_init()),
      due_(MonoTime::max()) {
  // By default libcurl keeps four for each handle it has at the moment, so the
  // end of a burst would close what the next one needs.
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS,
                    static_cast<long>(max_connections));
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &OnSocket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &OnTimer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);

  // Finds nothing that it may use, since transfers take any version of IP, and
  // can connect nowhere.
  curl_easy_setopt(sweeper_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(sweeper_, CURLOPT_PROXY, "");
  curl_easy_setopt(sweeper_, CURLOPT_IPRESOLVE, long{CURL_IPRESOLVE_V6});
  curl_easy_setopt(sweeper_, CURLOPT_PREREQFUNCTION, &NoRequest);
  curl_easy_setopt(sweeper_, CURLOPT_OPENSOCKETFUNCTION, &NoSocket);
  curl_easy_setopt(sweeper_, CURLOPT_RESOLVER_START_FUNCTION, &NoName);

  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
}

CurlMulti::~CurlMulti() {
  curl_easy_cleanup(sweeper_);
  curl_multi_cleanup(multi_);
  for (auto& [key, origin] : origins_) curl_share_cleanup(origin.share);
  curl_global_cleanup();
  close(wake_);
  close(epoll_);
}

CurlMulti::Origin& CurlMulti::OriginOf(const Endpoint& endpoint) {
  Origin& origin = origins_[absl::StrCat(endpoint.url, "\n", endpoint.ca_file)];
  if (origin.share == nullptr) {
    origin.url = endpoint.url;
    origin.share = curl_share_init();
    curl_share_setopt(origin.share, CURLSHOPT_SHARE,
                      CURL_LOCK_DATA_SSL_SESSION);
  }
  return origin;
}

void CurlMulti::Add(CURL* easy, Transfer& transfer) {
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &OnClose);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
  curl_multi_add_handle(multi_, easy);
}

void CurlMulti::Remove(CURL* easy) {
  if (!more_.empty()) {
    std::replace(more_.begin(), more_.end(), TransferOf(easy),
                 static_cast<Transfer*>(nullptr));
  }
  curl_multi_remove_handle(multi_, easy);
}

void CurlMulti::Wait(milliseconds most) {
  // Chosen: fits an int. Waking once an hour costs nothing.
  constexpr milliseconds kLongest = std::chrono::hours(1);
  most = std::min(most, kLongest);
  if (connections_.idle() > 0) most = std::min<milliseconds>(most, kSweepEvery);
  if (due_ != MonoTime::max()) {
    const auto left = std::chrono::ceil<milliseconds>(due_ - RealNow());
    most = std::clamp(left, milliseconds::zero(), most);
  }
  Collect(most);
}

void CurlMulti::Collect(milliseconds most) {
  ready_count_ = std::max(
      epoll_wait(epoll_, ready_.data(), static_cast<int>(ready_.size()),
                 static_cast<int>(most.count())),
      0);
  collected_ = true;
}

void CurlMulti::RunReady() {
  if (!collected_) Collect(milliseconds::zero());
  collected_ = false;
  RunSockets();
  RunDue();
  if (connections_.idle() > 0 && sweep_at_ <= Now()) Sweep();
  // By index: telling one may continue another, which adds to the list.
  for (std::size_t i = 0; i < more_.size(); ++i) {
    if (more_[i] != nullptr) more_[i]->OnMore();
  }
  more_.clear();
  TellOfDone();
}

void CurlMulti::RunSockets() {
  for (int i = 0; i < ready_count_; ++i) {
    const epoll_event& event = ready_[static_cast<std::size_t>(i)];
    const int socket = event.data.fd;
    if (socket == wake_) {
      std::uint64_t times = 0;
      [[maybe_unused]] const ssize_t got = read(wake_, &times, sizeof(times));
      continue;
    }
    if (connections_.resting(socket)) {
      connections_.Spoke(socket);
      sweep_at_ = {};
      continue;
    }
    int what = 0;
    if ((event.events & EPOLLIN) != 0) what |= CURL_CSELECT_IN;
    if ((event.events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
    // Reading tells what the matter is.
    if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) {
      what |= CURL_CSELECT_IN | CURL_CSELECT_OUT;
    }
    int running = 0;
    curl_multi_socket_action(multi_, socket, what, &running);
  }
  ready_count_ = 0;
}

void CurlMulti::RunDue() {
  if (due_ == MonoTime::max()) return;
  if (due_ != MonoTime() && due_ > RealNow()) return;
  due_ = MonoTime::max();
  int running = 0;
  curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
}

void CurlMulti::TellOfDone() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    // A copy: removing the handle frees the message.
    const CURLcode code = message->data.result;
    TransferOf(message->easy_handle)->OnDone(code);
  }
}

void CurlMulti::Sweep() {
  sweep_at_ = Now() + kSweepEvery;
  for (auto& [key, origin] : origins_) {
    const KeepAlive::Duration longest = connections_.LongestIdle(origin);
    const KeepAlive::Duration most =
        origin.keep_alive.MaxIdle(Now(), false, origin.max_idle);
    // libcurl counts whole seconds.
    const auto seconds = std::chrono::floor<std::chrono::seconds>(most);
    if (longest < std::max(seconds, std::chrono::seconds(1))) continue;
    // Once a second libcurl looks at the connections to all servers: that is
    // not to be when it looks for what is old.
    CloseIdle(origin, kAnyAge);
    CloseIdle(origin, std::max(seconds.count() - 1, 0L));
  }
}

// libcurl closes a connection only when it looks for one to use. So it is made
// to look, by a transfer that can use none.
void CurlMulti::CloseIdle(Origin& origin, long longer_than_seconds) {
  curl_easy_setopt(sweeper_, CURLOPT_URL, origin.url.c_str());
  curl_easy_setopt(sweeper_, CURLOPT_MAXAGE_CONN, longer_than_seconds);
  curl_multi_add_handle(multi_, sweeper_);
  int running = 0;
  curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
  curl_multi_remove_handle(multi_, sweeper_);
}

void CurlMulti::Wake() {
  const std::uint64_t once = 1;
  [[maybe_unused]] const ssize_t put = write(wake_, &once, sizeof(once));
}

int CurlMulti::OnSocket(CURL* easy, curl_socket_t socket, int what, void* self,
                        void* /*unused*/) {
  Connections& connections = static_cast<CurlMulti*>(self)->connections_;
  using Want = Connections::Want;
  switch (what) {
    case CURL_POLL_IN:
      connections.Watch(socket, Want::kRead);
      break;
    case CURL_POLL_OUT:
      connections.Watch(socket, Want::kWrite);
      break;
    case CURL_POLL_INOUT:
      connections.Watch(socket, Want::kBoth);
      break;
    default: {
      const Transfer* const transfer = TransferOf(easy);
      if (transfer != nullptr && transfer->paused()) {
        connections.Watch(socket, Want::kNothing);
      } else {
        connections.Rest(socket);
      }
    }
  }
  return 0;
}

int CurlMulti::OnTimer(CURLM* /*multi*/, long milliseconds, void* self) {
  auto& multi = *static_cast<CurlMulti*>(self);
  if (milliseconds < 0) {
    multi.due_ = MonoTime::max();
  } else if (milliseconds == 0) {
    multi.due_ = {};  // At once, without asking a clock.
  } else {
    multi.due_ = RealNow() + std::chrono::milliseconds(milliseconds);
  }
  return 0;
}

int CurlMulti::OnClose(void* self, curl_socket_t socket) {
  return static_cast<CurlMulti*>(self)->connections_.Close(socket);
}

}  // namespace tcgate
