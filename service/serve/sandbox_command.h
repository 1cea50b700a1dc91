#ifndef TCGATE_SERVICE_SERVE_SANDBOX_COMMAND_H_
#define TCGATE_SERVICE_SERVE_SANDBOX_COMMAND_H_

#include <vector>

#include "absl/strings/string_view.h"

namespace tcgate {

// `tcgate sandbox`: serves the built-in imitation of the vendor alone, until
// SIGTERM or SIGINT, for official clients and for gateways of their own
// process. Returns the exit code.
int RunSandbox(const std::vector<absl::string_view>& args);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SERVE_SANDBOX_COMMAND_H_
