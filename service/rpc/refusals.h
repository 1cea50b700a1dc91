#ifndef TCGATE_SERVICE_RPC_REFUSALS_H_
#define TCGATE_SERVICE_RPC_REFUSALS_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "service/base/outcome.h"
#include "service/catalog/action.h"

namespace tcgate {

class Catalog;

// How calls end that the edge itself ends. Pure.

// INVALID_ARGUMENT, INVALID_REQUEST: no message, or a cut one.
Outcome NoMessage();

// RESOURCE_EXHAUSTED, REQUEST_TOO_LARGE.
Outcome RequestTooLarge(std::size_t bytes, std::size_t most_bytes);

// DEADLINE_EXCEEDED, DEADLINE_TOO_SHORT: passed before the call arrived.
Outcome DeadlinePassed();

// The gateway ends and no longer waits for the call. UNAVAILABLE,
// SHUTTING_DOWN, which clients and meshes repeat elsewhere; a write that may
// have run is UNKNOWN, OUTCOME_UNKNOWN instead, which they do not.
Outcome ShuttingDown(const Action& action, Ran ran);

// UNIMPLEMENTED, UNKNOWN_METHOD: says whether `path` names no known service or
// no method of a known one, and how to see what there is.
Outcome UnknownMethod(const Catalog& catalog, absl::string_view path);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_REFUSALS_H_
