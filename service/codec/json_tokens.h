#ifndef TCGATE_SERVICE_CODEC_JSON_TOKENS_H_
#define TCGATE_SERVICE_CODEC_JSON_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace tcgate {

// Walks a JSON document token by token, in place.
//
// simdjson's first stage finds where the tokens begin, at gigabytes a second,
// and judges UTF-8, quotes and control characters. The walk over them is ours:
// On-Demand does not look into what it skips, so that `[1,2}` would pass, and
// cannot go back to a value that it has passed.
//
// Methods that return false do so if the document is not JSON; nothing may be
// called after that but `Index`. Not thread-safe.
class JsonTokens {
 public:
  JsonTokens();
  ~JsonTokens();

  // Starts at the first token of `json`, which must live and stay as it is
  // until the last call. Its characters are not changed, its capacity may be.
  bool Index(std::string& json);

  // Gives back the memory of a document longer than `max_kept_bytes`.
  void Shrink(std::size_t max_kept_bytes);

  // The first character of the next token: one of `{}[]:,"`, or of a number or
  // word; NUL at the end.
  char Peek() const { return text_[*next_]; }

  // Returns the next token, as it stands in the document. Not at the end.
  absl::string_view Take() {
    const char* const begin = text_ + next_[0];
    const char* end = text_ + next_[1];
    ++next_;
    while (IsSpace(end[-1])) --end;
    return {begin, static_cast<std::size_t>(end - begin)};
  }

  bool at_end() const { return *next_ == size_; }

  // Where the next token begins, in bytes.
  std::size_t offset() const { return *next_; }

  // Places to come back to.
  const std::uint32_t* position() const { return next_; }
  void Seek(const std::uint32_t* position) { next_ = position; }

  // Takes an object or array, which must be next. `use` is called for each
  // member with its name as it stands between the quotes, escapes not looked
  // at, and for each element with nothing; it takes the value, and returns
  // false to end the walk as not JSON.
  template <typename Use>
  bool Object(Use&& use);
  template <typename Use>
  bool Array(Use&& use);

  // Takes a number, string or word, and says whether it is one.
  bool Scalar(absl::string_view& token);

  // Takes a value of any kind, or that of the member `key`. False also if it is
  // nested over 1,024 levels deep.
  bool Skip() { return Skip(0); }
  bool SkipMember(absl::string_view key) { return SkipMember(key, 0); }

 private:
  static bool IsSpace(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }
  bool Skip(int depth);
  bool SkipMember(absl::string_view key, int depth);

  struct Stage1;
  std::unique_ptr<Stage1> stage1_;
  const char* text_ = nullptr;
  std::size_t size_ = 0;
  const std::uint32_t* next_ = nullptr;
};

// Whether `text` is a number as JSON writes them.
bool IsJsonNumber(absl::string_view text);

template <typename Use>
bool JsonTokens::Object(Use&& use) {
  ++next_;
  if (Peek() == '}') {
    ++next_;
    return true;
  }
  while (Peek() == '"') {
    const absl::string_view key = Take();
    if (Peek() != ':') return false;
    ++next_;
    if (!use(key.substr(1, key.size() - 2))) return false;
    const char after = Peek();
    if (after != ',' && after != '}') return false;
    ++next_;
    if (after == '}') return true;
  }
  return false;
}

template <typename Use>
bool JsonTokens::Array(Use&& use) {
  ++next_;
  if (Peek() == ']') {
    ++next_;
    return true;
  }
  for (;;) {
    if (!use()) return false;
    const char after = Peek();
    if (after != ',' && after != ']') return false;
    ++next_;
    if (after == ']') return true;
  }
}

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_JSON_TOKENS_H_
