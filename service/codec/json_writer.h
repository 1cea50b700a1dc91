#ifndef TCGATE_SERVICE_CODEC_JSON_WRITER_H_
#define TCGATE_SERVICE_CODEC_JSON_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"

namespace tcgate {

// Appends JSON to a string: no white space, and of the ways to write a value
// always the same one. Not thread-safe.
class JsonWriter {
 public:
  // Appends to `out`, which must outlive this and not be touched before
  // `Finish`.
  JsonWriter(std::string& out, std::size_t max_bytes)
      : out_(out), begin_(out.size()), size_(begin_), max_bytes_(max_bytes) {}

  // Whether more than `max_bytes` were written. To be asked after each value:
  // writing goes on, but for a string, which may then be cut.
  bool too_large() const { return size_ - begin_ > max_bytes_; }

  // Gives `out` its length; nothing may be written after it.
  void Finish() { out_.resize(size_); }

  void Char(char c) {
    Reserve(1);
    out_[size_++] = c;
  }

  // Appends text that is JSON already.
  void Raw(absl::string_view json) {
    Reserve(json.size());
    std::memcpy(end(), json.data(), json.size());
    size_ += json.size();
  }

  // Appends `text` in quotes: escaped are quotes, backslashes and controls.
  // False if it is not UTF-8.
  bool String(absl::string_view text);

  void Signed(std::int64_t value);
  void Unsigned(std::uint64_t value);
  void Bool(bool value);

  // The shortest digits that read back the same, for the width given. False
  // for infinities and NaN, which JSON cannot say.
  bool Double(double value);
  bool Float(float value);

 private:
  char* end() { return out_.data() + size_; }
  void Reserve(std::size_t more) {
    if (out_.size() - size_ < more) Grow(more);
  }
  void Grow(std::size_t more);
  template <typename T>
  void Digits(T value);

  std::string& out_;
  const std::size_t begin_;
  std::size_t size_;  // What is written; `out_` is longer.
  const std::size_t max_bytes_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_JSON_WRITER_H_
