#ifndef TCGATE_SERVICE_UPSTREAM_PASS_ON_H_
#define TCGATE_SERVICE_UPSTREAM_PASS_ON_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tcgate {

// What of the vendor's texts reaches a caller. Both results fit into gRPC
// metadata, which clients bound to 8 KiB by default. Pure.

// Of a message: every place where a value of `sensitive` stands becomes `***`,
// control characters become spaces and invalid UTF-8 U+FFFD; then it is cut to
// 1 KiB at a character's end. Empty values mask nothing.
std::string PassOnMessage(absl::string_view message,
                          const std::vector<std::string>& sensitive);

// Of a code or a request id: at most 128 bytes, and everything but visible
// ASCII becomes `?`.
std::string PassOnName(absl::string_view name);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_PASS_ON_H_
