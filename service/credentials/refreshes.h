#ifndef TCGATE_SERVICE_CREDENTIALS_REFRESHES_H_
#define TCGATE_SERVICE_CREDENTIALS_REFRESHES_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/base/mutex.h"

namespace tcgate {

// Who has asked for fresh keys, and whose turn it is: of each account at most
// one refresh a second, shared by all who asked since the one before was over.
// Thread-safe; one thread takes and finishes.
class Refreshes {
 public:
  // Chosen: a credential that stays wrong makes every call ask, and a second is
  // little beside the time that any rotation takes.
  static constexpr std::chrono::seconds kEvery{1};

  // Returns the number of the refresh that will serve who asks now: one that is
  // under way, else the next.
  std::uint64_t Ask(absl::string_view account) ABSL_LOCKS_EXCLUDED(mu_);
  // How many are over.
  std::uint64_t Over(absl::string_view account) ABSL_LOCKS_EXCLUDED(mu_);

  // Takes the accounts that are due. Each must be given to `Finish`.
  std::vector<std::string> TakeDue(MonoTime now) ABSL_LOCKS_EXCLUDED(mu_);
  void Finish(const std::string& account) ABSL_LOCKS_EXCLUDED(mu_);

  // When `TakeDue` has something next, as far as is known. Nothing: never.
  std::optional<MonoTime> NextDue() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Account {
    std::uint64_t begun = 0;
    std::uint64_t over = 0;  // `begun`, or one less.
    bool wanted = false;
    MonoTime not_before = MonoTime::min();
  };

  Mutex mu_;
  std::map<std::string, Account, std::less<>> accounts_ ABSL_GUARDED_BY(mu_);
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_REFRESHES_H_
