#ifndef TCGATE_SERVICE_SERVE_SANDBOX_COMMAND_H_
#define TCGATE_SERVICE_SERVE_SANDBOX_COMMAND_H_

#include <string>
#include <vector>

#include "service/base/flags.h"
#include "service/sandbox/sandbox.h"

namespace tcgate {

// What `tcgate sandbox` was told on its command line.
struct SandboxFlags {
  std::string listen = SandboxOptions{}.address;
  bool tls = false;
  std::string ca_out;
  std::string secret_id;  // Empty, with the key: a new pair is made.
  std::string secret_key;
  bool no_limits = false;
  std::vector<std::string> descriptors;  // See `LoadCatalog`.
};

// The command `tcgate sandbox`, which sets `flags`.
Command SandboxCommand(SandboxFlags& flags);

// Serves the built-in imitation of the vendor alone, until SIGTERM or SIGINT,
// for official clients and for gateways of their own process. Returns the exit
// code.
int RunSandbox(const SandboxFlags& flags);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SERVE_SANDBOX_COMMAND_H_
