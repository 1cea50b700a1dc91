#ifndef TCGATE_SERVICE_CREDENTIALS_UNIQUE_FD_H_
#define TCGATE_SERVICE_CREDENTIALS_UNIQUE_FD_H_

#include <unistd.h>

#include <utility>

namespace tcgate {

// Owns a file descriptor; -1 is none.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() { Close(); }
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this == &other) return *this;
    Close();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }

  int get() const { return fd_; }

  void Close() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_UNIQUE_FD_H_
