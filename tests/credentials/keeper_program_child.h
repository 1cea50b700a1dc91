#ifndef TCGATE_TESTS_CREDENTIALS_KEEPER_PROGRAM_CHILD_H_
#define TCGATE_TESTS_CREDENTIALS_KEEPER_PROGRAM_CHILD_H_

#include "absl/strings/string_view.h"

namespace tcgate {

// What the test program is when the keeper has started it as its gateway: does
// what `mode` says, tells of it on stdout, one fact a line, and returns the
// exit code. `fd` is the value of `--keeper-fd`.
int RunGatewayChild(absl::string_view mode, absl::string_view fd);

}  // namespace tcgate

#endif  // TCGATE_TESTS_CREDENTIALS_KEEPER_PROGRAM_CHILD_H_
