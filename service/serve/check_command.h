#ifndef TCGATE_SERVICE_SERVE_CHECK_COMMAND_H_
#define TCGATE_SERVICE_SERVE_CHECK_COMMAND_H_

#include <vector>

#include "absl/strings/string_view.h"

namespace tcgate {

// `tcgate check`: reads a configuration as `serve` would and names every
// mistake; reads no credential and opens nothing. Returns the exit code: 2 for
// a file with mistakes.
int RunCheck(const std::vector<absl::string_view>& args);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SERVE_CHECK_COMMAND_H_
