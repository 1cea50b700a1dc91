#include "service/codec/wire_writer.h"

#include <algorithm>

namespace tcgate {

void WireWriter::Clear(std::size_t max_kept_bytes) {
  size_ = 0;
  if (buffer_.size() > max_kept_bytes) buffer_ = std::string();
}

void WireWriter::Grow(std::size_t more) {
  // At least doubled, so that a message is moved a few times in all.
  buffer_.resize(std::max(size_ + more, 2 * buffer_.size() + 256));
}

void WireWriter::InsertLongLength(std::size_t begin, std::size_t length) {
  char varint[10];
  const auto width =
      static_cast<std::size_t>(EncodeVarint(length, varint) - varint);
  Reserve(width - 1);
  char* const from = buffer_.data() + begin;
  std::memmove(from + width, from + 1, length);
  std::memcpy(from, varint, width);
  size_ += width - 1;
}

}  // namespace tcgate
