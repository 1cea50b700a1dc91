#ifndef TCGATE_SERVICE_HTTP_POLLER_H_
#define TCGATE_SERVICE_HTTP_POLLER_H_

#include <chrono>

namespace tcgate {

// What a `Loop` waits in: sockets in production (curl_multi.h), a fake clock in
// tests, which so run on virtual time.
class Poller {
 public:
  // Longer than any wait: only `Wake` or a socket ends it.
  static constexpr auto kForever = std::chrono::milliseconds::max();

  virtual ~Poller() = default;

  // Waits until something is ready, `Wake` was called or `most` passed. May
  // return early. Runs nothing.
  virtual void Wait(std::chrono::milliseconds most) = 0;

  // Runs what is ready, and resumes whoever waited for it. Never blocks.
  virtual void RunReady() = 0;

  // Ends the running `Wait`, else the next. Thread-safe; the others are called
  // on the loop's thread.
  virtual void Wake() = 0;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_POLLER_H_
