#ifndef TCGATE_CLIENT_CLI_REQUEST_METADATA_H_
#define TCGATE_CLIENT_CLI_REQUEST_METADATA_H_

#include <string>

#include "absl/strings/string_view.h"

namespace tcgate {

// Splits `key:value` as it stands on a command line; blanks around both do not
// count. Returns what is wrong, or nothing: gRPC ends the process over a key
// or a value that it cannot send.
std::string SplitMetadata(absl::string_view text, std::string& key,
                          std::string& value);

}  // namespace tcgate

#endif  // TCGATE_CLIENT_CLI_REQUEST_METADATA_H_
