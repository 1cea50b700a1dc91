#include "service/telemetry/json_string.h"

#include <cstddef>

namespace tcgate {
namespace {

bool IsPlain(unsigned char c) {
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

// Returns the length of the UTF-8 sequence of two bytes or more that `text`
// starts with, or 0 if it starts with none: overlong forms, surrogates and
// what is beyond U+10FFFF are none (Unicode 15, table 3-7).
std::size_t SequenceLength(absl::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto continues = [&byte](std::size_t i) {
    return (byte(i) & 0xC0u) == 0x80u;
  };
  const unsigned first = byte(0);
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return continues(1) && continues(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return continues(1) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

void AppendEscaped(unsigned char c, std::string& json) {
  switch (c) {
    case '"':
      json += "\\\"";
      return;
    case '\\':
      json += "\\\\";
      return;
    case '\n':
      json += "\\n";
      return;
    case '\r':
      json += "\\r";
      return;
    case '\t':
      json += "\\t";
      return;
    default:
      static constexpr char kHex[] = "0123456789abcdef";
      json += "\\u00";
      json += kHex[c >> 4];
      json += kHex[c & 15];
  }
}

}  // namespace

void AppendJsonString(absl::string_view text, std::string& json) {
  json += '"';
  while (!text.empty()) {
    std::size_t length = 0;
    while (length < text.size() &&
           IsPlain(static_cast<unsigned char>(text[length]))) {
      ++length;
    }
    if (length == 0) length = SequenceLength(text);
    if (length > 0) {
      json.append(text.data(), length);
      text.remove_prefix(length);
      continue;
    }
    const auto c = static_cast<unsigned char>(text[0]);
    if (c < 0x80) {
      AppendEscaped(c, json);
    } else {
      json += "\\ufffd";
    }
    text.remove_prefix(1);
  }
  json += '"';
}

}  // namespace tcgate
