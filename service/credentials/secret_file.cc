#include "service/credentials/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "service/credentials/unique_fd.h"

namespace tcgate {
namespace {

// Fills `buffer` as far as the file reaches and returns how far, or -1.
ssize_t ReadAll(int fd, std::string& buffer) {
  std::size_t size = 0;
  while (size < buffer.size()) {
    const ssize_t got = read(fd, &buffer[size], buffer.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(size);
}

}  // namespace

absl::StatusOr<Secret> ReadSecretFile(const std::string& path,
                                      std::size_t max_bytes) {
  // read(2), since a stream would keep a buffer that nobody wipes.
  // Not to wait for the other end of a pipe, which is then refused.
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat about{};
  if (file.get() < 0 || fstat(file.get(), &about) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  }
  if (!S_ISREG(about.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is no file"));
  }
  std::string buffer(max_bytes + 1, '\0');
  const ssize_t size = ReadAll(file.get(), buffer);
  const int error = errno;
  Secret content(absl::string_view(buffer).substr(
      0, size < 0 ? 0 : static_cast<std::size_t>(size)));
  WipeString(buffer);
  if (size < 0) {
    return absl::ErrnoToStatus(error, absl::StrCat("cannot read ", path));
  }
  if (static_cast<std::size_t>(size) > max_bytes) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is larger than ", max_bytes / 1024, " KiB"));
  }
  return content;
}

}  // namespace tcgate
