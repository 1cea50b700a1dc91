#include "service/upstream/pass_on.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "service/base/utf8.h"

namespace tcgate {
namespace {

constexpr std::size_t kMessageBytes = 1024;
constexpr std::size_t kNameBytes = 128;  // Chosen: twice the longest known.
constexpr absl::string_view kMask = "***";
constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

unsigned char Byte(absl::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// ASCII's, and U+0080 to U+009F.
bool IsControl(absl::string_view character) {
  const unsigned char first = Byte(character, 0);
  return first < 0x20 || first == 0x7F ||
         (first == 0xC2 && Byte(character, 1) < 0xA0);
}

// Finds where secrets stand in a text. Overlapping ones count whole, so that
// masking one never leaves a part of another.
class Secrets {
 public:
  explicit Secrets(const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      if (!value.empty()) by_first_[Byte(value, 0)].push_back(value);
    }
  }

  // Returns the length of the longest value that `text` begins with, else 0.
  std::size_t Longest(absl::string_view text) const {
    std::size_t longest = 0;
    for (absl::string_view value : by_first_[Byte(text, 0)]) {
      if (absl::StartsWith(text, value)) {
        longest = std::max(longest, value.size());
      }
    }
    return longest;
  }

 private:
  std::array<std::vector<absl::string_view>, 256> by_first_;
};

// Returns what stands for the character at the beginning of `text`, and sets
// `length` to what it covers.
absl::string_view Shown(absl::string_view text, std::size_t& length) {
  length = static_cast<std::size_t>(
      Utf8Length(text.data(), text.data() + text.size()));
  if (length == 0) {
    length = 1;
    return kReplacement;
  }
  const absl::string_view character = text.substr(0, length);
  return IsControl(character) ? " " : character;
}

}  // namespace

std::string PassOnMessage(absl::string_view message,
                          const std::vector<std::string>& sensitive) {
  const Secrets secrets(sensitive);
  std::string shown;
  std::size_t masked_until = 0;  // Position in `message`.
  for (std::size_t at = 0; at < message.size();) {
    const absl::string_view rest = message.substr(at);
    const bool masked_before = at > 0 && at <= masked_until;
    masked_until = std::max(masked_until, at + secrets.Longest(rest));

    std::size_t length = 1;
    absl::string_view piece;
    if (at >= masked_until) {
      piece = Shown(rest, length);
    } else if (!masked_before) {
      piece = kMask;
    }
    if (shown.size() + piece.size() > kMessageBytes) break;
    shown.append(piece.data(), piece.size());
    at += length;
  }
  return shown;
}

std::string PassOnName(absl::string_view name) {
  std::string shown(name.substr(0, kNameBytes));
  for (char& c : shown) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) c = '?';
  }
  return shown;
}

}  // namespace tcgate
