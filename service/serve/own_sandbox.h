#ifndef TCGATE_SERVICE_SERVE_OWN_SANDBOX_H_
#define TCGATE_SERVICE_SERVE_OWN_SANDBOX_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/base/clock.h"
#include "service/credentials/keeper_link.h"
#include "service/credentials/unique_fd.h"
#include "service/sandbox/sandbox.h"
#include "service/serve/settings.h"

namespace tcgate {

// The sandbox inside `tcgate serve --sandbox`, or none: over TLS, with the
// throw-away key of the keeper and a certificate authority made at start.
class OwnSandbox {
 public:
  // Starts it if the settings ask for one: on the sandbox's usual address, or
  // on any free port where that is taken, since this one belongs to this
  // gateway. `settings` and `clock` must outlive it.
  static absl::StatusOr<OwnSandbox> Start(const Settings& settings,
                                          KeeperLink& keeper,
                                          const Clock& clock);

  // All empty without a sandbox.
  const std::string& address() const { return address_; }
  const std::string& url() const { return url_; }
  // PEM, in memory only.
  const std::string& ca_file() const { return ca_file_; }

 private:
  std::unique_ptr<Sandbox> sandbox_;
  UniqueFd ca_;
  std::string address_;
  std::string url_;
  std::string ca_file_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SERVE_OWN_SANDBOX_H_
