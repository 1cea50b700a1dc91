#ifndef TCGATE_SERVICE_BASE_UTF8_H_
#define TCGATE_SERVICE_BASE_UTF8_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace tcgate {

// Returns the length of the UTF-8 character at `at`, 1 to 4; 0 if it is none:
// cut, overlong, a surrogate, or above U+10FFFF. `at` must be before `end`.
int Utf8Length(const char* at, const char* end);

bool IsUtf8(absl::string_view text);

// Writes `code_point`, at most U+10FFFF and no surrogate, as UTF-8; returns the
// end, at most 4 bytes on.
char* EncodeUtf8(std::uint32_t code_point, char* to);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_UTF8_H_
