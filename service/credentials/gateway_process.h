#ifndef TCGATE_SERVICE_CREDENTIALS_GATEWAY_PROCESS_H_
#define TCGATE_SERVICE_CREDENTIALS_GATEWAY_PROCESS_H_

#include <signal.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tcgate {

// Says whether `entry`, `NAME=value`, may reach the gateway: an allow-list, so
// that no key in the keeper's environment does, whatever its name.
bool MayPass(absl::string_view entry);

// Starts this program afresh, in memory of its own, with `argv` and the
// environment that `MayPass` leaves. Of the open descriptors it gets the
// standard three and `socket`; its signal mask is `mask`. REQUIRES: the process
// has one thread. A program that cannot be started exits with 127.
absl::StatusOr<pid_t> StartGateway(std::vector<std::string> argv, int socket,
                                   const sigset_t& mask);

// Turns a status of waitpid(2) into an exit code, as a shell does: 128 and the
// signal's number for a process that was killed.
int ExitCode(int wait_status);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_GATEWAY_PROCESS_H_
