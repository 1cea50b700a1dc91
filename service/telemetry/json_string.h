#ifndef TCGATE_SERVICE_TELEMETRY_JSON_STRING_H_
#define TCGATE_SERVICE_TELEMETRY_JSON_STRING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace tcgate {

// Appends `text` as a JSON string, with its quotes. Any bytes will do: control
// characters are escaped, and each byte that is not part of well-formed UTF-8
// becomes U+FFFD, so that one bad value never breaks the line that holds it.
void AppendJsonString(absl::string_view text, std::string& json);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_TELEMETRY_JSON_STRING_H_
