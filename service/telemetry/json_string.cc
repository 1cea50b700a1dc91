#include "service/telemetry/json_string.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "service/base/utf8.h"

namespace tcgate {
namespace {

bool IsPlain(unsigned char c) {
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

// Whether all eight bytes of `word` are plain: the top bit of a byte tells of
// one that is not. A byte may borrow from the next only if it is not plain
// itself, so the answer is exact.
bool ArePlain(std::uint64_t word) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  const std::uint64_t quotes = (word ^ (kEach * '"')) - kEach;
  const std::uint64_t slashes = (word ^ (kEach * '\\')) - kEach;
  const std::uint64_t controls = word - kEach * 0x20;
  return ((word | quotes | slashes | controls) & (kEach * 0x80)) == 0;
}

// How many bytes from the start need no escape. Nearly always all of them.
std::size_t PlainLength(absl::string_view text) {
  std::size_t length = 0;
  std::uint64_t word = 0;
  for (; length + sizeof(word) <= text.size(); length += sizeof(word)) {
    std::memcpy(&word, text.data() + length, sizeof(word));
    if (!ArePlain(word)) break;
  }
  while (length < text.size() &&
         IsPlain(static_cast<unsigned char>(text[length]))) {
    ++length;
  }
  return length;
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
    std::size_t length = PlainLength(text);
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
