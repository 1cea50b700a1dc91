#ifndef TCGATE_SERVICE_CODEC_JSON_STRING_H_
#define TCGATE_SERVICE_CODEC_JSON_STRING_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace tcgate {

// What became of a string's escapes.
enum class Unescaped {
  kExact,
  kReplaced,  // Half a surrogate pair became U+FFFD: UTF-8 has no form for it.
  kNotJson,   // No such escape.
};

// Writes the characters that `text`, which stands between the quotes of a JSON
// string, means. `to` has room for text.size() bytes; `size` is what was
// written.
Unescaped Unescape(absl::string_view text, char* to, std::size_t& size);

// Whether `text`, from between quotes, has only escapes that JSON knows.
bool HasValidEscapes(absl::string_view text);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_JSON_STRING_H_
