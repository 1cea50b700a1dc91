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

// Returns what any call may take, from its start, where gRPC cuts a
// connection's calls `grace` after it told the client to start no more. Its cut
// would be UNAVAILABLE, which meshes repeat, also of a write that ran; so the
// gateway ends the call first and says what was sent. The second between, or a
// tenth of a grace below 10 s, is chosen: for the answer's way, and for a call
// that was on its way when the client was told.
std::chrono::milliseconds LongestWithin(std::chrono::milliseconds grace);

// Moves the deadline that a client asked for, which gRPC keeps in calendar
// time, to the clock that everything below the edge uses, once a call: at most
// `longest` from now. `WallTime::max()` is no deadline. Returns nothing if it
// has passed.
std::optional<MonoTime> CallDeadline(WallTime asked, WallTime wall_now,
                                     MonoTime mono_now,
                                     std::chrono::milliseconds longest);

// The same for a call that streams, which has no deadline but the client's and
// `longest`: it may go on for as long as events come.
std::optional<MonoTime> StreamDeadline(WallTime asked, WallTime wall_now,
                                       MonoTime mono_now,
                                       std::chrono::milliseconds longest);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_DEADLINE_H_
