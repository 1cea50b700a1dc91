#ifndef TCGATE_SERVICE_HTTP_CURL_MULTI_H_
#define TCGATE_SERVICE_HTTP_CURL_MULTI_H_

#include <curl/curl.h>
#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "service/base/clock.h"
#include "service/http/connections.h"
#include "service/http/http.h"
#include "service/http/poller.h"

namespace tcgate {

// libcurl's multi handle as what a `Loop` waits in: all sockets to upstream,
// the connections that are kept, and the TLS sessions to resume.
//
// The sockets are in an epoll instance of ours. libcurl's own poll looks at
// each transfer in each round, twice; and it does not see that a server closes
// a connection that is idle.
//
// SIGPIPE must be ignored by the process: libcurl is told not to touch signals.
// `Wake` is thread-safe; everything else lives on the loop's thread.
class CurlMulti final : public Poller {
 public:
  // Told of a transfer outside of libcurl's callbacks, so that it may add,
  // continue and remove transfers, itself included.
  class Transfer {
   public:
    // It is over.
    virtual void OnDone(CURLcode code) = 0;
    // `TellOfMore` was called for it.
    virtual void OnMore() {}
    // It wants nothing of its socket for now, and is not over.
    virtual bool paused() const { return false; }

   protected:
    ~Transfer() = default;
  };

  // What transfers to one server share. Sessions are kept apart, since libcurl
  // keeps only eight in one place.
  struct Origin : Connections::Origin {
    CURLSH* share = nullptr;
    std::string url;
    std::chrono::seconds max_idle{0};  // Of the client that used it last.
    // The last CURLOPT_RESOLVE entry that libcurl took in: it never forgets.
    std::string resolve;
    // The Date header seen last, and what it says; negative: nothing.
    std::string date_text;
    std::time_t date_seconds = -1;
  };

  // For CURLOPT_MAXAGE_CONN: however old. Ages are ours to judge.
  static constexpr long kAnyAge = 100'000'000;
  // Chosen: how often connections that were idle for too long are looked for.
  static constexpr std::chrono::seconds kSweepEvery{1};

  // Keeps at most `max_connections`, used and idle together; more may be open
  // while they are used. As many as calls may be in flight, or connections of
  // a burst are closed and opened over and over. Idle connections age by
  // `clock`, which must outlive it; libcurl's own timers are on real time.
  explicit CurlMulti(std::size_t max_connections,
                     const Clock& clock = SystemClock());
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;
  // All transfers must have been removed and their easy handles freed.
  ~CurlMulti() override;

  // What is known of the server of `endpoint`. Made at the first call; stays.
  Origin& OriginOf(const Endpoint& endpoint);
  Connections& connections() { return connections_; }
  // By which connections age; not the loop's.
  MonoTime Now() const { return clock_.MonoNow(); }

  // Starts the transfer of `easy` in the next round.
  void Add(CURL* easy, Transfer& transfer);
  // Takes it out. One that is not over is cut off: its connection is closed,
  // without blocking.
  void Remove(CURL* easy);

  // For libcurl's callbacks: `transfer.OnMore` follows before the round ends,
  // unless the transfer is removed first.
  void TellOfMore(Transfer& transfer) { more_.push_back(&transfer); }

  void Wait(std::chrono::milliseconds most) override;
  void RunReady() override;
  void Wake() override;

 private:
  static int OnSocket(CURL* easy, curl_socket_t socket, int what, void* self,
                      void* unused);
  static int OnTimer(CURLM* multi, long milliseconds, void* self);
  static int OnClose(void* self, curl_socket_t socket);

  void Collect(std::chrono::milliseconds most);
  void RunSockets();
  void RunDue();
  void TellOfDone();
  // Closes connections that were idle for too long.
  void Sweep();
  void CloseIdle(Origin& origin, long longer_than_seconds);

  const Clock& clock_;
  const int epoll_;
  const int wake_;  // An eventfd.
  Connections connections_;
  CURLM* const multi_;
  CURL* const sweeper_;
  std::map<std::string, Origin> origins_;  // Nodes stay where they are.

  // Chosen: sockets that are taken up in one round.
  std::array<epoll_event, 512> ready_{};
  int ready_count_ = 0;
  bool collected_ = false;  // In this round.
  MonoTime due_;  // When libcurl wants to run, whatever happens; real time.
  MonoTime sweep_at_;
  std::vector<Transfer*> more_;  // To be told; null: removed since.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_CURL_MULTI_H_
