#ifndef TCGATE_SERVICE_CREDENTIALS_KEEPER_CLIENT_H_
#define TCGATE_SERVICE_CREDENTIALS_KEEPER_CLIENT_H_

#include <atomic>
#include <cstdint>
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
#include "service/credentials/refreshes.h"
#include "service/credentials/unique_fd.h"

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
    // Told again and again, first by `Connect`: until when the keys that are
    // held sign for an account, see `FetchedKeys::SignsUntil`. Null: nobody
    // wants to know.
    std::function<void(const std::string& account, WallTime until)>
        on_signs_until = nullptr;
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

  // Wakes this object's thread, which asks the keeper, and that the source.
  std::uint64_t Refresh(absl::string_view account) override;
  std::uint64_t Refreshed(absl::string_view account) override;

 private:
  KeeperClient(KeeperLink link, Options options, const Clock& clock);

  void KeepFilled();
  // Waits for a request, the next look or the keeper's end, which is false.
  bool Wait();
  absl::Status RefreshDue();
  void TellSignsUntil();

  FetchedKeys keys_;
  const Clock& clock_;
  const std::function<void()> on_keeper_gone_;
  const std::function<void(const std::string&, WallTime)> on_signs_until_;
  Refreshes refreshes_;
  const UniqueFd wake_;  // An eventfd: readable once `Refresh` was called.
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_KEEPER_CLIENT_H_
