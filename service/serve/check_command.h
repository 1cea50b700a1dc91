#ifndef TCGATE_SERVICE_SERVE_CHECK_COMMAND_H_
#define TCGATE_SERVICE_SERVE_CHECK_COMMAND_H_

#include "service/base/flags.h"
#include "service/serve/settings.h"

namespace tcgate {

// The command `tcgate check`, which sets `flags`.
Command CheckCommand(ServeFlags& flags);

// Reads a configuration as `serve` would and names every mistake; reads no
// credential and opens nothing. Returns the exit code: 2 for a file with
// mistakes.
int RunCheck(const ServeFlags& flags);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SERVE_CHECK_COMMAND_H_
