#ifndef TCGATE_SERVICE_SERVE_ACCOUNTS_H_
#define TCGATE_SERVICE_SERVE_ACCOUNTS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/access/access.h"
#include "service/credentials/keeper.h"
#include "service/serve/settings.h"
#include "service/upstream/account.h"

namespace tcgate {

// Reads the credential of every account that does not use the sandbox. Only
// the keeper calls this. Fails with what was tried, all accounts at once.
absl::StatusOr<Keeper::Options> ReadCredentials(const Settings& settings);

// What the path knows of the accounts, by name. `sandbox_url` and
// `sandbox_ca_file` are where accounts of the sandbox go; empty without one.
std::map<std::string, Account> MakeAccounts(const Settings& settings,
                                            const std::string& sandbox_url,
                                            const std::string& sandbox_ca_file);

// The rules of `callers`. `accounts` must outlive them.
std::vector<CallerRule> MakeRules(
    const Settings& settings, const std::map<std::string, Account>& accounts);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SERVE_ACCOUNTS_H_
