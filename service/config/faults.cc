#include "service/config/faults.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/base/printable.h"

namespace tcgate {

void Faults::Add(int line, absl::string_view path, absl::string_view what) {
  // Keys and values of the file are quoted; a fault stays one line.
  lines_.emplace(line, Printable(absl::StrCat(file_, ":", line, ": ", path,
                                              path.empty() ? "" : ": ", what)));
}

std::string Faults::Text() const {
  return absl::StrJoin(lines_, "\n", [](std::string* out, const auto& line) {
    out->append(line.second);
  });
}

}  // namespace tcgate
