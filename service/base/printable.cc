#include "service/base/printable.h"

#include "service/base/utf8.h"

namespace tcgate {

std::string Printable(std::string text) {
  char* at = text.data();
  char* const end = at + text.size();
  while (at != end) {
    const int length = Utf8Length(at, end);
    const auto lead = static_cast<unsigned char>(*at);
    if (length == 0 || lead < 0x20 || lead == 0x7f) *at = '?';
    at += length == 0 ? 1 : length;
  }
  return text;
}

}  // namespace tcgate
