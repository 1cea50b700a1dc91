#ifndef TCGATE_SERVICE_CREDENTIALS_FETCHED_KEYS_H_
#define TCGATE_SERVICE_CREDENTIALS_FETCHED_KEYS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/base/mutex.h"
#include "service/credentials/keeper_link.h"
#include "service/credentials/key_ring.h"

namespace tcgate {

// The keys of every account and product for each of `SigningDays`, fetched
// from the keeper before they are needed. `Find` is thread-safe; the others are
// for one thread at a time.
class FetchedKeys {
 public:
  // Empty until the first `Refill`. `clock` must outlive this object.
  FetchedKeys(KeeperLink link, std::vector<std::string> accounts,
              std::vector<std::string> products, const Clock& clock);

  std::shared_ptr<const SigningKey> Find(absl::string_view account,
                                         absl::string_view product,
                                         absl::string_view date)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Fetches the keys that are missing now, waiting for each, and drops those of
  // days that are over. Fails with
  //   kUnavailable         the keeper is gone;
  //   kFailedPrecondition  it refused a key of today; the message says whose
  //                        and why. The other keys are fetched all the same.
  absl::Status Refill() ABSL_LOCKS_EXCLUDED(mu_);

  // Fetches every key anew, so that one of a new credential replaces that of
  // the old. A key that is refused stays as it was, one that has not changed
  // the same object. Fails as `Refill` does.
  absl::Status Renew() ABSL_LOCKS_EXCLUDED(mu_);
  // The same for the keys of one account.
  absl::Status Renew(const std::string& account) ABSL_LOCKS_EXCLUDED(mu_);

  // Returns until when the keys that are held sign for `account`: 15 minutes
  // after the last day of which there is one for every product. The end of a
  // temporary credential is not known here. Nothing: no such day.
  std::optional<WallTime> SignsUntil(const std::string& account) const
      ABSL_LOCKS_EXCLUDED(mu_);

  const std::vector<std::string>& accounts() const { return accounts_; }

  const KeeperLink& link() const { return link_; }

 private:
  // By account, product and day.
  using Slot = std::tuple<std::string, std::string, std::string>;

  absl::Status Fetch(const std::vector<Slot>& slots, const std::string& today)
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status FetchOne(const Slot& slot) ABSL_LOCKS_EXCLUDED(mu_);
  std::vector<Slot> Slots(const std::vector<std::string>& days,
                          const std::vector<std::string>& accounts) const;
  void DropAllBut(const std::vector<std::string>& days)
      ABSL_LOCKS_EXCLUDED(mu_);

  KeeperLink link_;
  const std::vector<std::string> accounts_;
  const std::vector<std::string> products_;
  const Clock& clock_;

  mutable Mutex mu_;
  std::map<Slot, std::shared_ptr<const SigningKey>, std::less<>> keys_
      ABSL_GUARDED_BY(mu_);
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_FETCHED_KEYS_H_
