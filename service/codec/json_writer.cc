#include "service/codec/json_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "service/base/utf8.h"
#include "service/codec/bytes.h"

namespace tcgate {
namespace {

// Longest number: the shortest form of a double has at most 24 characters.
constexpr std::size_t kMaxNumber = 32;

// Longest escape of one character: `\u001f`.
constexpr std::size_t kMaxEscape = 6;

// Writes the escape of `c`, a control, a quote or a backslash.
char* Escape(unsigned char c, char* to) {
  static constexpr char kHex[] = "0123456789abcdef";
  *to++ = '\\';
  switch (c) {
    case '"':
    case '\\':
      *to++ = static_cast<char>(c);
      return to;
    case '\b':
      *to++ = 'b';
      return to;
    case '\f':
      *to++ = 'f';
      return to;
    case '\n':
      *to++ = 'n';
      return to;
    case '\r':
      *to++ = 'r';
      return to;
    case '\t':
      *to++ = 't';
      return to;
    default:
      *to++ = 'u';
      *to++ = '0';
      *to++ = '0';
      *to++ = kHex[c >> 4];
      *to++ = kHex[c & 15];
      return to;
  }
}

bool NeedsEscape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

// Whether one of 8 characters is not ASCII or needs an escape. A byte less than
// 0x20 borrows into its highest bit when that is taken from it.
bool AnySpecial(std::uint64_t eight) {
  const std::uint64_t special = (eight - Repeat8(0x20)) | eight |
                                MarkEqual8(eight, '"') |
                                MarkEqual8(eight, '\\');
  return (special & kHighBits) != 0;
}

}  // namespace

void JsonWriter::Grow(std::size_t more) {
  // At least doubled, so that the text is moved a few times in all.
  out_.resize(std::max(size_ + more, 2 * out_.size() + 256));
}

bool JsonWriter::String(absl::string_view text) {
  const char* from = text.data();
  const char* const last = from + text.size();
  // Room for what is left as it is, the quotes, and a block of 8 that is
  // written before it is looked at.
  const auto reserve = [&] {
    Reserve(static_cast<std::size_t>(last - from) + 2 + kMaxEscape + 8);
  };
  reserve();
  char* to = end();
  *to++ = '"';
  while (from != last) {
    while (last - from >= 8) {
      const std::uint64_t eight = Load8(from);
      if (AnySpecial(eight)) break;
      std::memcpy(to, &eight, 8);
      from += 8;
      to += 8;
    }
    // At least one character by itself, at most a block's worth.
    for (int i = 0; i < 8 && from != last; ++i) {
      const auto c = static_cast<unsigned char>(*from);
      if (c >= 0x80) {
        const int length = Utf8Length(from, last);
        if (length == 0) return false;
        to = std::copy_n(from, length, to);
        from += length;
      } else if (NeedsEscape(c)) {
        size_ = static_cast<std::size_t>(to - out_.data());
        if (too_large()) return true;
        reserve();
        to = Escape(c, end());
        ++from;
      } else {
        *to++ = *from++;
      }
    }
  }
  *to++ = '"';
  size_ = static_cast<std::size_t>(to - out_.data());
  return true;
}

template <typename T>
void JsonWriter::Digits(T value) {
  Reserve(kMaxNumber);
  const std::to_chars_result written =
      std::to_chars(end(), end() + kMaxNumber, value);
  size_ = static_cast<std::size_t>(written.ptr - out_.data());
}

void JsonWriter::Signed(std::int64_t value) { Digits(value); }
void JsonWriter::Unsigned(std::uint64_t value) { Digits(value); }
void JsonWriter::Bool(bool value) { Raw(value ? "true" : "false"); }

bool JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return false;
  Digits(value);
  return true;
}

bool JsonWriter::Float(float value) {
  if (!std::isfinite(value)) return false;
  Digits(value);
  return true;
}

}  // namespace tcgate
