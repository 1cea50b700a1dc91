#ifndef TCGATE_SERVICE_GATEWAY_REFUSALS_H_
#define TCGATE_SERVICE_GATEWAY_REFUSALS_H_

#include "service/base/outcome.h"
#include "service/catalog/action.h"

namespace tcgate {

// How calls end that the path itself ends. Pure.

// RESOURCE_EXHAUSTED, OVERLOADED: as much is in flight as the key of the
// configuration allows.
Outcome Overloaded(const char* key);

// FAILED_PRECONDITION, NOT_CACHED: the call asked for a stored reply only.
Outcome NotCached(const Action& action);

// CANCELLED, without a reason: nobody reads it but the access log, for which
// `ran` says what is known.
Outcome Cancelled(Ran ran);

// DEADLINE_EXCEEDED: the call's deadline passed before what it waited for, with
// others, had ended. By what is known of it: DEADLINE_TOO_SHORT where nothing
// `ran`, UPSTREAM_TIMEOUT, or OUTCOME_UNKNOWN of a write.
Outcome LeftBehind(const Action& action, Ran ran);

// Turns a DEADLINE_EXCEEDED into what it is for calls that joined and have more
// time, since the deadline was that of the call that asked first: UNAVAILABLE,
// or UNKNOWN of a write that may have run.
void ForWhoWaitsLonger(Outcome& outcome);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_REFUSALS_H_
