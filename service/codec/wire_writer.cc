#include "service/codec/wire_writer.h"

#include <algorithm>
#include <utility>

namespace tcgate {
namespace {

constexpr std::size_t kStep = std::size_t{1} << 20;  // Chosen.

}  // namespace

void WireWriter::Clear(std::size_t max_kept_bytes) {
  size_ = 0;
  if (buffer_.capacity() > max_kept_bytes) buffer_ = std::string();
}

std::string WireWriter::Take() {
  buffer_.resize(size_);
  size_ = 0;
  return std::exchange(buffer_, {});
}

void WireWriter::Grow(std::size_t more) {
  // At least doubled, so that a message is moved a few times in all.
  std::size_t size = std::max(size_ + more, 2 * buffer_.size() + 256);
  // Where it need not move, what is not needed is not touched.
  if (size_ + more <= buffer_.capacity()) {
    size = std::min({size, size_ + more + kStep, buffer_.capacity()});
  }
  buffer_.resize(size);
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
