#include "service/config/places.h"

#include <cstddef>

#include "absl/strings/match.h"

namespace tcgate {

bool IsWithin(absl::string_view path, absl::string_view outer) {
  return absl::StartsWith(path, outer) &&
         (path.size() == outer.size() || outer.empty() ||
          path[outer.size()] == '.' || path[outer.size()] == '[');
}

void Places::Forget(absl::string_view path) {
  absl::erase_if(lines_, [path](const auto& entry) {
    return IsWithin(entry.first, path);
  });
}

int Places::LineOf(absl::string_view path) const {
  while (!path.empty()) {
    const auto found = lines_.find(path);
    if (found != lines_.end()) return found->second;
    const std::size_t parent = path.find_last_of(".[");
    path = path.substr(0, parent == absl::string_view::npos ? 0 : parent);
  }
  return 0;
}

}  // namespace tcgate
