#include "service/base/utf8.h"

namespace tcgate {

int Utf8Length(const char* at, const char* end) {
  const auto lead = static_cast<unsigned char>(*at);
  if (lead < 0x80) return 1;
  // The range of the second byte is what keeps out overlong forms, surrogates
  // and code points that are too large (Unicode, table 3-7).
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
  int length = 2;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead >= 0xf0) {
    length = 4;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
  } else if (lead >= 0xe0) {
    length = 3;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
  }
  if (end - at < length) return 0;
  const auto second = static_cast<unsigned char>(at[1]);
  if (second < low || second > high) return 0;
  for (int i = 2; i < length; ++i) {
    if ((static_cast<unsigned char>(at[i]) & 0xc0) != 0x80) return 0;
  }
  return length;
}

bool IsUtf8(absl::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    const int length = Utf8Length(at, end);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

char* EncodeUtf8(std::uint32_t code_point, char* to) {
  const auto put = [&](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xc0 | code_point >> 6);
    put(0x80 | (code_point & 0x3f));
  } else if (code_point < 0x10000) {
    put(0xe0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3f));
    put(0x80 | (code_point & 0x3f));
  } else {
    put(0xf0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3f));
    put(0x80 | (code_point >> 6 & 0x3f));
    put(0x80 | (code_point & 0x3f));
  }
  return to;
}

}  // namespace tcgate
