#ifndef TCGATE_SERVICE_RPC_DEADLINE_H_
#define TCGATE_SERVICE_RPC_DEADLINE_H_

#include <chrono>
#include <optional>

#include "service/base/clock.h"

namespace tcgate {

// What a call has that names no deadline: chosen, far above what an answer
// takes and short enough that a forgotten call does not hold anything for long.
inline constexpr std::chrono::seconds kDefaultCallTime{30};
// What a call has at most, whatever it asks for: chosen, so that nothing waits
// for ever and a drain ends.
inline constexpr std::chrono::minutes kLongestCallTime{5};

// Moves the deadline that a client asked for, which gRPC keeps in calendar
// time, to the clock that everything below the edge uses, once a call.
// `WallTime::max()` is no deadline. Returns nothing if it has passed.
std::optional<MonoTime> CallDeadline(WallTime asked, WallTime wall_now,
                                     MonoTime mono_now);

// The same for a call that streams, which has no deadline but the client's and
// may go on for as long as events come. `MonoTime::max()` is none, and what is
// given for one that is over a year away.
std::optional<MonoTime> StreamDeadline(WallTime asked, WallTime wall_now,
                                       MonoTime mono_now);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_DEADLINE_H_
