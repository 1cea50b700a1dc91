#ifndef TCGATE_SERVICE_BASE_GLOB_H_
#define TCGATE_SERVICE_BASE_GLOB_H_

#include "absl/strings/string_view.h"

namespace tcgate {

// Whether `glob` fits the whole of `text`. `*` fits any run of characters, dots
// and none included; everything else fits itself. Takes at most
// `glob.size() * text.size()` steps, whatever the stars.
bool GlobMatches(absl::string_view glob, absl::string_view text);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_GLOB_H_
