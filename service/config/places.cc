#include "service/config/places.h"

#include <cstddef>

#include "absl/strings/match.h"

namespace tcgate {
namespace {

bool IsBelow(absl::string_view path, absl::string_view ancestor) {
  return absl::StartsWith(path, ancestor) &&
         (path.size() == ancestor.size() || path[ancestor.size()] == '.' ||
          path[ancestor.size()] == '[');
}

}  // namespace

void Places::Forget(absl::string_view path) {
  absl::erase_if(
      lines_, [path](const auto& entry) { return IsBelow(entry.first, path); });
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
