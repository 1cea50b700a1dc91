#include "service/config/faults.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tcgate {

void Faults::Add(int line, absl::string_view path, absl::string_view what) {
  lines_.emplace(line, absl::StrCat(file_, ":", line, ": ", path,
                                    path.empty() ? "" : ": ", what));
}

std::string Faults::Text() const {
  return absl::StrJoin(lines_, "\n", [](std::string* out, const auto& line) {
    out->append(line.second);
  });
}

}  // namespace tcgate
