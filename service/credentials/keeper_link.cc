#include "service/credentials/keeper_link.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/credentials/keeper_frame.h"

namespace tcgate {
namespace {

constexpr std::size_t kKeyBytes = 32;

// What an answer that is not of `frame`'s expected form is.
absl::Status Failure(const std::optional<Frame>& frame) {
  if (frame.has_value() && frame->kind == FrameKind::kRefusal) {
    return absl::FailedPreconditionError(frame->fields[0]);
  }
  return absl::UnavailableError("the keeper's answer cannot be read");
}

// A send or recv again where a signal interrupted it.
template <typename Call>
ssize_t Uninterrupted(Call call) {
  ssize_t size = 0;
  do {
    size = call();
  } while (size < 0 && errno == EINTR);
  return size;
}

}  // namespace

absl::StatusOr<KeeperLink> KeeperLink::Adopt(absl::string_view number) {
  int fd = -1;
  struct stat info;
  if (!absl::SimpleAtoi(number, &fd) || fstat(fd, &info) != 0 ||
      !S_ISSOCK(info.st_mode)) {
    return absl::InvalidArgumentError(
        "--keeper-fd is set by the program itself when it starts the gateway");
  }
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  return KeeperLink(UniqueFd(fd));
}

absl::StatusOr<SigningKey> KeeperLink::FetchKey(absl::string_view account,
                                                absl::string_view product,
                                                absl::string_view date) {
  const absl::StatusOr<Secret> packet =
      Exchange(EncodeFrame(FrameKind::kKeyRequest, {account, product, date}));
  if (!packet.ok()) return packet.status();
  const std::optional<Frame> frame = ParseFrame(packet->Reveal());
  if (!frame.has_value() || frame->kind != FrameKind::kKey ||
      frame->fields[2].size() != kKeyBytes) {
    return Failure(frame);
  }
  return SigningKey{std::string(frame->fields[0]), std::string(date),
                    std::string(product), std::string(frame->fields[1]),
                    Secret(frame->fields[2])};
}

absl::StatusOr<Credential> KeeperLink::FetchSandboxPair() {
  const absl::StatusOr<Secret> packet =
      Exchange(EncodeFrame(FrameKind::kPairRequest, {}));
  if (!packet.ok()) return packet.status();
  const std::optional<Frame> frame = ParseFrame(packet->Reveal());
  if (!frame.has_value() || frame->kind != FrameKind::kPair) {
    return Failure(frame);
  }
  return Credential{std::string(frame->fields[0]), Secret(frame->fields[1]),
                    ""};
}

// NOLINTNEXTLINE(readability-make-member-function-const): takes the answer.
absl::StatusOr<Secret> KeeperLink::Exchange(absl::string_view request) {
  absl::Status gone = absl::UnavailableError("the keeper is gone");
  if (Uninterrupted([&] {
        return send(fd(), request.data(), request.size(), MSG_NOSIGNAL);
      }) < 0) {
    return gone;
  }
  std::string buffer(kMaxFrameBytes, '\0');
  const ssize_t size = Uninterrupted(
      [&] { return recv(fd(), buffer.data(), buffer.size(), MSG_TRUNC); });
  if (size <= 0) return gone;
  // One that did not fit is left cut, and cannot be read as a frame.
  Secret packet(
      absl::string_view(buffer).substr(0, static_cast<std::size_t>(size)));
  WipeString(buffer);
  return packet;
}

}  // namespace tcgate
