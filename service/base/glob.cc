#include "service/base/glob.h"

#include <cstddef>

namespace tcgate {

bool GlobMatches(absl::string_view glob, absl::string_view text) {
  std::size_t g = 0;
  std::size_t t = 0;
  // Where to go on when a star must take one character more. Only the last
  // star matters: what an earlier one could take, the last can take as well.
  std::size_t after_star = absl::string_view::npos;
  std::size_t taken = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      after_star = ++g;
      taken = t;
    } else if (g < glob.size() && glob[g] == text[t]) {
      ++g;
      ++t;
    } else if (after_star != absl::string_view::npos) {
      g = after_star;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

}  // namespace tcgate
