#ifndef TCGATE_SERVICE_HTTP_WARM_POLICY_H_
#define TCGATE_SERVICE_HTTP_WARM_POLICY_H_

#include <chrono>

#include "service/base/clock.h"

namespace tcgate {

// When connections to one server are opened before a call needs them, so that
// no call pays for a handshake: at the start, with the first call after a time
// in which they went, and when the load comes close to what is open. Pure: no
// I/O, no clock. Not thread-safe.
class WarmPolicy {
 public:
  // Chosen. One handshake after the other, not a storm of them; and each time
  // as many as are to be ready, so that growth is followed within seconds.
  static constexpr std::chrono::milliseconds kNotBefore{500};

  // `ready` connections are to be open beyond those that calls use, but no more
  // than `most` in all. 0: never any.
  WarmPolicy(int ready, int most) : ready_(ready), most_(most) {}

  // How many connections should be open, for `HttpClient::Warm`; 0: nothing is
  // to be done. To be asked at the start and with each call, that call included
  // in `in_flight`. `open` are those that are open now, used and idle together.
  int Wanted(MonoTime now, int in_flight, int open);

 private:
  const int ready_;
  const int most_;
  MonoTime not_before_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_WARM_POLICY_H_
