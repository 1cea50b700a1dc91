#ifndef TCGATE_SERVICE_CODEC_BYTES_H_
#define TCGATE_SERVICE_CODEC_BYTES_H_

// Names and texts of an API are short, some ten bytes, and there are many: half
// of the time of a reply went into calls of memcmp, memchr and memcpy. These
// look at eight bytes at a time, in line.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"

namespace tcgate {

inline std::uint64_t Load8(const char* at) {
  std::uint64_t eight;
  std::memcpy(&eight, at, sizeof(eight));
  return eight;
}

constexpr std::uint64_t Repeat8(std::uint8_t byte) {
  return byte * std::uint64_t{0x0101010101010101};
}

// The highest bit of each byte.
inline constexpr std::uint64_t kHighBits = Repeat8(0x80);

// Sets the high bit of each byte that is `byte`, and of no other below the
// first of them. Other bits mean nothing.
constexpr std::uint64_t MarkEqual8(std::uint64_t eight, std::uint8_t byte) {
  const std::uint64_t difference = eight ^ Repeat8(byte);
  return (difference - Repeat8(1)) & ~difference;
}

inline bool SameBytes(absl::string_view a, absl::string_view b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  if (size < 8) {
    for (std::size_t i = 0; i < size; ++i) {
      if (a[i] != b[i]) return false;
    }
    return true;
  }
  for (std::size_t i = 8; i < size; i += 8) {
    if (Load8(a.data() + i - 8) != Load8(b.data() + i - 8)) return false;
  }
  // The last eight, some of which were looked at already.
  return Load8(a.data() + size - 8) == Load8(b.data() + size - 8);
}

// Copies `text` to `to`. False if it has a backslash; then
// what was copied does not count.
inline bool CopyWithoutBackslash(absl::string_view text, char* to) {
  const std::size_t size = text.size();
  if (size < 8) {
    bool plain = true;
    for (std::size_t i = 0; i < size; ++i) {
      plain &= text[i] != '\\';
      to[i] = text[i];
    }
    return plain;
  }
  std::uint64_t found = 0;
  const auto copy = [&](std::size_t at) {
    const std::uint64_t eight = Load8(text.data() + at);
    found |= MarkEqual8(eight, '\\');
    std::memcpy(to + at, &eight, sizeof(eight));
  };
  for (std::size_t at = 0; at + 8 < size; at += 8) copy(at);
  copy(size - 8);
  return (found & kHighBits) == 0;
}

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_BYTES_H_
