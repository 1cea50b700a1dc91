#include "service/config/faults.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/base/printable.h"
#include "service/config/places.h"

namespace tcgate {

void Faults::Add(int line, absl::string_view path, absl::string_view what) {
  std::string place = line == 0 ? "" : absl::StrCat(file_, ":", line, ": ");
  if (!path.empty()) absl::StrAppend(&place, path, ": ");
  // Keys and values of the file are quoted; a fault stays one line.
  lines_.emplace(line, Printable(absl::StrCat(place, what)));
  paths_.emplace_back(path);
}

bool Faults::Touch(absl::string_view path) const {
  return std::any_of(paths_.begin(), paths_.end(), [path](const auto& fault) {
    return IsWithin(fault, path) || IsWithin(path, fault);
  });
}

std::string Faults::Text() const {
  return absl::StrJoin(lines_, "\n", [](std::string* out, const auto& line) {
    out->append(line.second);
  });
}

}  // namespace tcgate
