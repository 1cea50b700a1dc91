#include "service/base/read_file.h"

#include <cerrno>
#include <fstream>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace tcgate {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes;
  char buffer[4096];
  while (file.read(buffer, sizeof(buffer)) || file.gcount() > 0) {
    bytes.append(buffer, static_cast<std::size_t>(file.gcount()));
  }
  // A folder opens, and fails when it is read.
  if (!file.is_open() || file.bad()) {
    const std::error_code why(errno, std::generic_category());
    return absl::NotFoundError(
        absl::StrCat(path, ": cannot be read: ", why.message()));
  }
  return bytes;
}

}  // namespace tcgate
