#ifndef TCGATE_SERVICE_CODEC_WIRE_WRITER_H_
#define TCGATE_SERVICE_CODEC_WIRE_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "service/codec/message_table.h"

namespace tcgate {

// Writes `value` at `to`, which has room for 10 bytes; returns the end.
inline char* EncodeVarint(std::uint64_t value, char* to) {
  while (value >= 0x80) {
    *to++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *to++ = static_cast<char>(value);
  return to;
}

// Writes protobuf wire bytes to a buffer that it keeps from message to message.
// Not thread-safe.
class WireWriter {
 public:
  // Forgets what was written, and a buffer that has grown over
  // `max_kept_bytes`.
  void Clear(std::size_t max_kept_bytes);

  // Makes room for a message of so many bytes, as far as that is needed: up to
  // there it grows by little, and is never moved.
  void Expect(std::size_t bytes) { buffer_.reserve(bytes); }

  // Gives away what was written, with the room that it has. `Clear` follows.
  std::string Take();

  std::size_t size() const { return size_; }
  absl::string_view bytes() const { return {buffer_.data(), size_}; }

  // Takes back everything after the first `size` bytes.
  void Truncate(std::size_t size) { size_ = size; }

  void Tag(const Member& member) {
    Reserve(sizeof(member.tag));
    // The whole array, since a copy of fixed size is one instruction or two.
    std::memcpy(end(), member.tag, sizeof(member.tag));
    size_ += member.tag_size;
  }

  void Varint(std::uint64_t value) {
    Reserve(10);
    size_ += static_cast<std::size_t>(EncodeVarint(value, end()) - end());
  }

  // Writes the value of a number or bool in the form of `member`. `bits` are
  // its 64 bits, sign extended; those of the float for a float.
  void Number(const Member& member, std::uint64_t bits) {
    switch (member.wire) {
      case WireType::kFixed64:
        return Fixed(bits);
      case WireType::kFixed32:
        return Fixed(static_cast<std::uint32_t>(bits));
      case WireType::kVarint:
      case WireType::kLength:
        break;
    }
    if (member.zigzag) {
      bits = (bits << 1) ^ (0 - (bits >> 63));
      if (member.narrow) bits = static_cast<std::uint32_t>(bits);
    }
    Varint(bits);
  }

  void Bytes(absl::string_view text) {
    Reserve(text.size());
    std::memcpy(end(), text.data(), text.size());
    size_ += text.size();
  }

  // Returns room for `size` bytes at the end; `Advance` makes them count.
  char* Room(std::size_t size) {
    Reserve(size);
    return end();
  }
  void Advance(std::size_t size) { size_ += size; }

  // Encloses bytes whose number is not known yet. `EndLength` takes what
  // `BeginLength` returned.
  std::size_t BeginLength() {
    Reserve(1);
    return size_++;
  }
  void EndLength(std::size_t begin) {
    const std::size_t length = size_ - begin - 1;
    if (length < 0x80) {
      buffer_[begin] = static_cast<char>(length);
    } else {
      InsertLongLength(begin, length);
    }
  }

 private:
  char* end() { return buffer_.data() + size_; }
  void Reserve(std::size_t more) {
    if (buffer_.size() - size_ < more) Grow(more);
  }
  void Grow(std::size_t more);
  void InsertLongLength(std::size_t begin, std::size_t length);
  template <typename T>
  void Fixed(T value) {
    static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
    Reserve(sizeof(value));
    std::memcpy(end(), &value, sizeof(value));
    size_ += sizeof(value);
  }

  std::string buffer_;  // Its size is what may be written to.
  std::size_t size_ = 0;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_WIRE_WRITER_H_
