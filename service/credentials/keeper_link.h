#ifndef TCGATE_SERVICE_CREDENTIALS_KEEPER_LINK_H_
#define TCGATE_SERVICE_CREDENTIALS_KEEPER_LINK_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/credentials/credential.h"
#include "service/credentials/key_ring.h"
#include "service/credentials/unique_fd.h"

namespace tcgate {

// The gateway's end of the socket to the keeper. Each call sends one request
// and waits for its answer. Not thread-safe.
//
// Calls fail with
//   kFailedPrecondition  the keeper refused; the message is its reason;
//   kUnavailable         the keeper is gone, or does not speak as it should:
//                        of no use from now on.
class KeeperLink {
 public:
  // Takes over the descriptor of `--keeper-fd=NUMBER`. Fails with
  // kInvalidArgument if that is no socket, as when a person types the flag.
  static absl::StatusOr<KeeperLink> Adopt(absl::string_view number);

  explicit KeeperLink(UniqueFd socket) : socket_(std::move(socket)) {}

  absl::StatusOr<SigningKey> FetchKey(absl::string_view account,
                                      absl::string_view product,
                                      absl::string_view date);

  // The throw-away pair, which there is only if the keeper made one.
  absl::StatusOr<Credential> FetchSandboxPair();

  // Between calls readable only when the keeper is gone: it never speaks
  // unasked.
  int fd() const { return socket_.get(); }

 private:
  // Returns the packet that answers `request`.
  absl::StatusOr<Secret> Exchange(absl::string_view request);

  UniqueFd socket_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_KEEPER_LINK_H_
