#ifndef TCGATE_SERVICE_HTTP_CURL_MULTI_H_
#define TCGATE_SERVICE_HTTP_CURL_MULTI_H_

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <vector>

#include "service/http/poller.h"

namespace tcgate {

// libcurl's multi handle as what a `Loop` waits in: all sockets to upstream,
// the connections that are kept, and the TLS sessions to resume.
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

   protected:
    ~Transfer() = default;
  };

  // Keeps at most `max_connections`, used and idle together; more may be open
  // while they are used. As many as calls may be in flight, or connections of
  // a burst are closed and opened over and over.
  explicit CurlMulti(std::size_t max_connections);
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;
  // All transfers must have been removed and their easy handles freed.
  ~CurlMulti() override;

  // What easy handles share: the TLS sessions.
  CURLSH* share() const { return share_; }

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
  CURLM* const multi_;
  CURLSH* const share_;
  std::vector<Transfer*> more_;  // To be told; null: removed since.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_CURL_MULTI_H_
