#ifndef TCGATE_SERVICE_CREDENTIALS_KEEPER_H_
#define TCGATE_SERVICE_CREDENTIALS_KEEPER_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/credentials/credential.h"

namespace tcgate {

// An account and what it calls with.
struct AccountCredential {
  std::string account;
  Credential credential;
  // Reads the credential again, where it may be rotated. Null: it never is.
  std::function<absl::StatusOr<Credential>()> reread = nullptr;
};

// Holds the long-term keys and answers the gateway's requests: with the key of
// one account, product and day, if the day is one of `SigningDays` by the
// keeper's own clock, else with a refusal. What is asked is taken for hostile:
// it comes from the process that reads the network. Not thread-safe.
class Keeper {
 public:
  struct Options {
    std::vector<AccountCredential> accounts;
    // Those of the catalogue; keys of no other are given out.
    std::vector<std::string> products;
    // Given out whole on request. Absent without a sandbox in the gateway.
    std::optional<Credential> sandbox_pair;
    // Takes a line for people. Null: nobody wants it.
    std::function<void(absl::string_view)> diagnose;
  };

  // `clock` must outlive this object.
  Keeper(Options options, const Clock& clock);

  // Returns the frame that answers `packet`, whatever that is. It may hold a
  // key: wipe it once it is sent. Each key is made from the credential as it is
  // found now; where that cannot be read any more, from the last good one.
  std::string Answer(absl::string_view packet);

 private:
  struct Account {
    AccountCredential held;
    std::string fault;  // Of the last reading, so that it is told once.
  };

  std::string AnswerKey(absl::string_view account, absl::string_view product,
                        absl::string_view date);
  std::string AnswerPair() const;
  void Reread(Account& account) const;

  Options options_;  // Without the accounts.
  std::vector<Account> accounts_;
  const Clock& clock_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_KEEPER_H_
