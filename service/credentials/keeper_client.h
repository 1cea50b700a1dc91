#ifndef TCGATE_SERVICE_CREDENTIALS_KEEPER_CLIENT_H_
#define TCGATE_SERVICE_CREDENTIALS_KEEPER_CLIENT_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/credentials/fetched_keys.h"
#include "service/credentials/keeper_link.h"
#include "service/credentials/key_ring.h"

namespace tcgate {

// The gateway's key ring: keeps `FetchedKeys` filled by a thread of its own,
// and notices when the keeper has gone. Thread-safe.
class KeeperClient final : public KeyRing {
 public:
  struct Options {
    std::vector<std::string> accounts;
    std::vector<std::string> products;
    // Called once, on this object's thread, when the keeper has gone; the
    // gateway must then end. Must be set. Not called for this object's own end.
    std::function<void()> on_keeper_gone;
  };

  // Fetches today's keys, and waits for them. Fails as `FetchedKeys::Refill`
  // does. `clock` must outlive the result.
  static absl::StatusOr<std::unique_ptr<KeeperClient>> Connect(
      KeeperLink link, Options options, const Clock& clock);

  // Ends the thread.
  ~KeeperClient() override;

  std::shared_ptr<const SigningKey> Find(absl::string_view account,
                                         absl::string_view product,
                                         absl::string_view date) override;

 private:
  KeeperClient(KeeperLink link, Options options, const Clock& clock);

  void KeepFilled();

  FetchedKeys keys_;
  const std::function<void()> on_keeper_gone_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_KEEPER_CLIENT_H_
