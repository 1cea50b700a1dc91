#ifndef TCGATE_SERVICE_UPSTREAM_JUDGE_H_
#define TCGATE_SERVICE_UPSTREAM_JUDGE_H_

#include <chrono>
#include <string>

#include "absl/strings/string_view.h"
#include "service/base/outcome.h"
#include "service/catalog/action.h"
#include "service/http/http.h"
#include "service/upstream/vendor_codes.h"

namespace tcgate {

// Code = f(vendor code or fault, effect, ran): the one place where it is
// decided what a caller sees of an attempt that failed. Pure.
//
// Meshes and clients repeat UNAVAILABLE by themselves. So it stands only where
// the action certainly did not run, or where a repeat does no harm; a write
// that may have run ends as OUTCOME_UNKNOWN. README has the whole table.

// The vendor answered with an error. `code`, `message` and `request_id` are
// passed on as they are: clean them first, see pass_on.h. An INVALID_ARGUMENT
// whose message names a parameter in backticks gets it as a violation.
Outcome JudgeVendorError(absl::string_view code, std::string message,
                         std::string request_id, Effect effect);

// No usable answer: a fault of the exchange, an HTTP status other than 200
// without an envelope, or a 200 without one. `host` is who failed, for the
// message. `deadline_is_callers` tells a time-out of the caller's from one of
// the attempt's.
Outcome JudgeFault(const HttpResult& result, absl::string_view host,
                   const Action& action, bool deadline_is_callers);

// What such an attempt is counted under, a literal: the reason of `JudgeFault`
// in lower case, or what is behind its OUTCOME_UNKNOWN.
const char* FaultLabel(const HttpResult& result, bool deadline_is_callers);

// What an attempt says of its host, for breaker.h.
enum class HostSign {
  kNothing,  // It was left, or this end was the reason.
  kWell,     // The host answers. So is every envelope, whatever is in it.
  kIll,      // Not reached, no TLS, broken off, no answer in time, no envelope.
};

// The same for an attempt without a usable answer, after `took`. A deadline of
// the caller's says something only after 2 s, which other attempts have: who
// gives a host 10 ms learns nothing about it.
HostSign JudgeHost(const HttpResult& result, bool deadline_is_callers,
                   std::chrono::nanoseconds took);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_JUDGE_H_
