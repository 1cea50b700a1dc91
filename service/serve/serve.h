#ifndef TCGATE_SERVICE_SERVE_SERVE_H_
#define TCGATE_SERVICE_SERVE_SERVE_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "service/serve/settings.h"

namespace tcgate {

// `tcgate serve`: `args` are those behind the word. Two processes run this. The
// one started first becomes the key keeper, which starts this program again;
// the second, which finds the keeper's socket in its arguments, becomes the
// gateway. Returns the exit code, of `ServeCommand`.
int Serve(const std::vector<absl::string_view>& args);

// The gateway process: composes the path, serves until SIGTERM or SIGINT,
// drains. `keeper` is the number of the socket to the keeper.
int RunGateway(const Settings& settings, absl::string_view keeper);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SERVE_SERVE_H_
