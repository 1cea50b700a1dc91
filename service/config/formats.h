#ifndef TCGATE_SERVICE_CONFIG_FORMATS_H_
#define TCGATE_SERVICE_CONFIG_FORMATS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "tcgate/config/v1/key.pb.h"

namespace tcgate {

// Returns `text` in double quotes for a message, cut at 80 characters.
std::string Quote(absl::string_view text);

// Returns what is wrong with a text that shall have `format` and what would be
// right, or nothing. For flags too, which win over the file.
std::string FormatFault(config::v1::Format format, absl::string_view text);

// Whether `text` is `127.x.x.x:PORT` or `[::1]:PORT`: no other machine reaches
// it.
bool IsLoopbackAddress(absl::string_view text);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CONFIG_FORMATS_H_
