#include "service/codec/json_string.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

#include "service/base/utf8.h"

namespace tcgate {
namespace {

// Reads `\uXXXX` at the front of `text`, and takes it off.
bool TakeUnit(absl::string_view& text, std::uint32_t& unit) {
  constexpr std::size_t kLength = 6;
  if (text.size() < kLength || text[0] != '\\' || text[1] != 'u') return false;
  const char* const end = text.data() + kLength;
  const std::from_chars_result read =
      std::from_chars(text.data() + 2, end, unit, 16);
  if (read.ec != std::errc() || read.ptr != end) return false;
  text.remove_prefix(kLength);
  return true;
}

bool IsHigh(std::uint32_t unit) { return unit >> 10 == 0xd800 >> 10; }
bool IsLow(std::uint32_t unit) { return unit >> 10 == 0xdc00 >> 10; }

// Joins `unit` with the half that follows, if it does.
std::uint32_t CodePoint(std::uint32_t unit, absl::string_view& text,
                        Unescaped& result) {
  if (!IsHigh(unit) && !IsLow(unit)) return unit;
  if (IsHigh(unit)) {
    absl::string_view rest = text;
    std::uint32_t low;
    if (TakeUnit(rest, low) && IsLow(low)) {
      text = rest;
      return 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
    }
  }
  result = Unescaped::kReplaced;
  return 0xfffd;
}

// The character that a backslash and `c` mean; NUL if none.
char Short(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

}  // namespace

Unescaped Unescape(absl::string_view text, char* to, std::size_t& size) {
  Unescaped result = Unescaped::kExact;
  char* const begin = to;
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find('\\'), text.size());
    to = std::copy_n(text.data(), plain, to);
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (text.size() == 1) return Unescaped::kNotJson;
    if (text[1] == 'u') {
      std::uint32_t unit;
      if (!TakeUnit(text, unit)) return Unescaped::kNotJson;
      to = EncodeUtf8(CodePoint(unit, text, result), to);
    } else {
      *to = Short(text[1]);
      if (*to++ == '\0') return Unescaped::kNotJson;
      text.remove_prefix(2);
    }
  }
  size = static_cast<std::size_t>(to - begin);
  return result;
}

bool HasValidEscapes(absl::string_view text) {
  if (text.find('\\') == absl::string_view::npos) return true;
  std::string unescaped(text.size(), '\0');
  std::size_t size;
  return Unescape(text, unescaped.data(), size) != Unescaped::kNotJson;
}

}  // namespace tcgate
