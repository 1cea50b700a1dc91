#ifndef TCGATE_SERVICE_GATEWAY_NEXT_H_
#define TCGATE_SERVICE_GATEWAY_NEXT_H_

#include <chrono>

#include "service/base/outcome.h"

namespace tcgate {

// How far a call has come when an attempt ends.
struct AttemptState {
  int attempts = 0;                   // Made so far; at least 1.
  std::chrono::milliseconds left{0};  // Until the caller's deadline.
  bool begun = false;  // The caller has a part of the answer: of a stream.
};

// What to do next. The loop around `Next` does it; more steps come with
// credentials that can be refreshed and with further hosts.
struct Step {
  enum class Kind { kStop, kWaitThenRetry };
  Kind kind = Kind::kStop;
  std::chrono::milliseconds wait{0};  // Before the retry.
};

// Decides after each attempt; pure, no clock, no I/O. The whole table:
//   the call succeeded, or its answer has begun            stop
//   it certainly did not run and waiting may help          once more, after 1 s
//     (no byte of the request was sent, the handshake
//     excepted; or the vendor refused it with a code
//     that asks for patience)
//   the wait would pass the deadline, or a second attempt  stop
//   anything else                                          stop
Step Next(const AttemptState& state, const Outcome& outcome);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_NEXT_H_
