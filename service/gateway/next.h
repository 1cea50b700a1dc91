#ifndef TCGATE_SERVICE_GATEWAY_NEXT_H_
#define TCGATE_SERVICE_GATEWAY_NEXT_H_

#include <chrono>

#include "service/base/outcome.h"
#include "service/catalog/action.h"

namespace tcgate {

// How far a call has come when an attempt ends.
struct AttemptState {
  Effect effect = Effect::kWrite;
  int attempts = 0;                   // Made so far; at least 1.
  std::chrono::milliseconds left{0};  // Until the caller's deadline.
  bool begun = false;  // The caller has a part of the answer: of a stream.
  // Whether the budget has a repeat (see retry_budget.h): of the host that was
  // tried, and of a further host that could be tried. False without such.
  bool budget = false;
  bool other_host = false;
  // Whether this call has done so before. True also where it cannot: the
  // answer had no Date header to correct the clock by.
  bool refreshed = false;
  bool corrected = false;
  double draw = 0;  // A random number in [0, 1): the jitter.
};

// What to do next. The loop around `Next` does it, and then makes an attempt.
struct Step {
  enum class Kind {
    kStop,               // The outcome is the call's.
    kWaitThenRetry,      // At the same host.
    kRefreshCredential,  // Stop if that gives no other key.
    kCorrectClock,       // By the Date header of the answer.
    kNextHost,           // Not the one that failed.
  };
  Kind kind = Kind::kStop;
  std::chrono::milliseconds wait{0};  // Before the attempt.
};

// Decides after each attempt; pure, no clock, no I/O. The whole table, from the
// top down:
//   the call succeeded, or its answer has begun          stop
//   it ran, or may have run and is a WRITE               stop
//   the vendor's code, by its class in vendor_codes.h
//     once, SignatureExpire                              correct the clock,
//     once once, any other: of the key                        refresh it, once
//     backoff, RequestLimitExceeded*                     retry, small jitter
//     backoff, any other                                 retry
//     idempotent                                         retry
//     never, or unheard of                               stop
//   UPSTREAM_UNREACHABLE, UPSTREAM_BROKEN, REPLY_INVALID,
//   UPSTREAM_TIMEOUT of the attempt                      next host, else retry
//   UPSTREAM_TLS: a wrong certificate stays wrong, but
//   only there                                           next host, else stop
//   anything else: REPLY_TOO_LARGE, OVERLOADED,
//   CIRCUIT_OPEN, NO_CREDENTIAL, a deadline, ...         stop
//
// No step is made whose wait would leave less than 20 ms: an attempt could do
// nothing with that, and why the last one failed would come too late. And none
// but the two of `once` without a budget: those mend the cause, once a call,
// and a host that says what is wrong is not one to be spared.
//
// Waits have full jitter: a random part of 25 ms, doubled with each attempt, up
// to 1 s; the first attempt at a next host waits for nothing. 25 ms is about a
// round trip, so that the first repeat costs no more than the attempt did; 1 s
// is the vendor's window, and half of an attempt, so that a call spends more
// time trying than waiting. It is the budget that spares a host, not the wait.
// After RequestLimitExceeded it is 50 ms at most: the quota has slowed down and
// makes the call wait for a slot, and jitter only parts the callers.
Step Next(const AttemptState& state, const Outcome& outcome);

// Whether an attempt that ended so earns budget at its host: the vendor
// answered it, and not with a code that asks for a repeat.
bool Earns(const Outcome& outcome);

// Of a READ, where another attempt could be paid. Chosen (README, attempts).
inline constexpr std::chrono::milliseconds kReadTimeout{2000};

// Returns how much of `left`, the time until the caller's deadline, an attempt
// may have. `affordable` says whether a repeat could be paid afterwards. If all
// of it, a time-out is the caller's deadline: see `deadline_is_callers`.
//   READ        `read_timeout`; all that is left where a repeat could not be
//               paid, or would have less than a quarter of that
//   IDEMPOTENT  the same with half of what is left, if that is more: a change
//               that is slow is not cut short and made twice, and one that
//               hangs is repeated all the same
//   WRITE       all that is left: what may have run is not repeated
std::chrono::milliseconds AttemptTimeout(
    Effect effect, std::chrono::milliseconds left, bool affordable,
    std::chrono::milliseconds read_timeout = kReadTimeout);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_NEXT_H_
