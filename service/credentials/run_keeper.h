#ifndef TCGATE_SERVICE_CREDENTIALS_RUN_KEEPER_H_
#define TCGATE_SERVICE_CREDENTIALS_RUN_KEEPER_H_

#include <string>
#include <vector>

#include "service/base/clock.h"
#include "service/credentials/keeper.h"

namespace tcgate {

// What `RunKeeper` appends to the gateway's arguments, with the number of the
// socket that leads to the keeper: `--keeper-fd=N`. A program that finds it in
// its arguments is the gateway; one that does not is the keeper.
inline constexpr char kKeeperFlag[] = "--keeper-fd";

// Shuts this process's memory to others of the same user, and to core dumps.
// Call it before the first key is read.
void ShutMemory();

// Makes this process the keeper: starts the gateway as `StartGateway` does,
// with `argv` and the flag above, answers its requests, passes on SIGTERM,
// SIGINT, SIGQUIT, SIGHUP, SIGUSR1 and SIGUSR2, and returns the exit code of
// the gateway once that has ended (see `ExitCode`), or 1 with a line on stderr
// if it could not be started. Opens no network.
//
// A terminal and many supervisors signal each process, so the gateway may get
// a signal twice.
//
// REQUIRES: the process has one thread. Leaves those signals blocked.
int RunKeeper(Keeper::Options options, std::vector<std::string> argv,
              const Clock& clock);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_RUN_KEEPER_H_
