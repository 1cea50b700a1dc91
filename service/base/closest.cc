#include "service/base/closest.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

// Insertions, deletions and replacements that turn `a` into `b` (Levenshtein),
// row by row.
std::size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const bool same = absl::ascii_tolower(static_cast<unsigned char>(a[i])) ==
                        absl::ascii_tolower(static_cast<unsigned char>(b[j]));
      const std::size_t replaced = diagonal + (same ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

absl::string_view Closest(absl::string_view word,
                          const std::vector<absl::string_view>& candidates) {
  // Chosen: one slip in three letters still looks like the same word.
  std::size_t nearest = std::max<std::size_t>(word.size() / 3, 1) + 1;
  absl::string_view found;
  for (const absl::string_view candidate : candidates) {
    const std::size_t distance = Distance(word, candidate);
    if (distance < nearest) {
      nearest = distance;
      found = candidate;
    }
  }
  return found;
}

std::string DidYouMean(absl::string_view word,
                       const std::vector<absl::string_view>& candidates) {
  const absl::string_view closest = Closest(word, candidates);
  if (closest.empty()) return "";
  return absl::StrCat("; did you mean ", closest, "?");
}

}  // namespace tcgate
