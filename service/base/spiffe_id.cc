#include "service/base/spiffe_id.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace tcgate {
namespace {

constexpr std::size_t kMostBytes = 2048;       // SPIFFE-ID, 2.3.
constexpr std::size_t kMostDomainBytes = 255;  // The same.

bool IsSegmentChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' ||
         c == '-' || c == '_';
}

bool IsDomainChar(char c) {
  return IsSegmentChar(c) &&
         !absl::ascii_isupper(static_cast<unsigned char>(c));
}

template <typename Predicate>
bool Consists(absl::string_view text, Predicate of) {
  return !text.empty() && std::all_of(text.begin(), text.end(), of);
}

// Takes what stands before the next slash, and the slash.
absl::string_view TakeSegment(absl::string_view& rest) {
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const absl::string_view segment = rest.substr(0, slash);
  rest.remove_prefix(std::min(slash + 1, rest.size()));
  return segment;
}

}  // namespace

bool IsSpiffeId(absl::string_view text) {
  if (text.size() > kMostBytes || text.empty() || text.back() == '/') {
    return false;
  }
  absl::string_view rest = text;
  if (!absl::ConsumePrefix(&rest, "spiffe://")) return false;
  const absl::string_view domain = TakeSegment(rest);
  if (domain.size() > kMostDomainBytes || !Consists(domain, IsDomainChar)) {
    return false;
  }
  while (!rest.empty()) {
    const absl::string_view segment = TakeSegment(rest);
    if (segment == "." || segment == ".." ||
        !Consists(segment, IsSegmentChar)) {
      return false;
    }
  }
  return true;
}

}  // namespace tcgate
