#include "service/telemetry/json_string.h"

#include <cstddef>

#include "service/base/utf8.h"

namespace tcgate {
namespace {

bool IsPlain(unsigned char c) {
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
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
    const auto lead = static_cast<unsigned char>(text[0]);
    if (length == 0 && lead >= 0x80) {
      length = static_cast<std::size_t>(
          Utf8Length(text.data(), text.data() + text.size()));
    }
    if (length > 0) {
      json.append(text.data(), length);
      text.remove_prefix(length);
      continue;
    }
    if (lead < 0x80) {
      AppendEscaped(lead, json);
    } else {
      json += "\\ufffd";
    }
    text.remove_prefix(1);
  }
  json += '"';
}

}  // namespace tcgate
