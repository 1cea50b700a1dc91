#include "service/serve/accounts.h"

#include <cstdlib>
#include <functional>
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/credentials/find_credential.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {
namespace {

namespace pb = ::tcgate::config::v1;

CredentialSource SourceOf(const pb::Account& account) {
  switch (account.credentials().source_case()) {
    case pb::Credentials::kEnvironment:
      return EnvironmentSource{};
    case pb::Credentials::kProfile:
      return ProfileSource{account.credentials().profile().file(),
                           account.credentials().profile().name()};
    case pb::Credentials::kFile:
      return MountedSecretSource{account.credentials().file().path()};
    case pb::Credentials::SOURCE_NOT_SET:
      break;
  }
  return DefaultSources{};
}

}  // namespace

absl::StatusOr<Keeper::Options> ReadCredentials(const Settings& settings) {
  Keeper::Options options;
  options.products = settings.ProductCodes();
  if (settings.sandbox) options.sandbox_pair = MakeSandboxCredential();
  options.diagnose = [](absl::string_view line) {
    std::cerr << "tcgate serve: " << line << std::endl;
  };

  // In the order of the names: a map of protobuf has none.
  std::vector<std::string> faults;
  const std::map<std::string, pb::Account> accounts(
      settings.config->accounts().begin(), settings.config->accounts().end());
  for (const auto& [name, account] : accounts) {
    if (settings.UsesSandbox(name)) {
      options.accounts.push_back({name, options.sandbox_pair->Clone()});
      continue;
    }
    const std::function<absl::StatusOr<Credential>()> read =
        [source = SourceOf(account)] {
          return FindCredential(source, std::getenv);
        };
    absl::StatusOr<Credential> found = read();
    if (found.ok()) {
      // Other sources are not made to be replaced under a running program: a
      // half-written profile would call as nobody, a missing one as another.
      const bool rotates = account.credentials().has_file();
      options.accounts.push_back(
          {name, *std::move(found), rotates ? read : nullptr});
    } else {
      faults.push_back(
          absl::StrCat("accounts.", name, ": ", found.status().message()));
    }
  }
  if (!faults.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  }
  return options;
}

std::map<std::string, Account> MakeAccounts(
    const Settings& settings, const std::string& sandbox_url,
    const std::string& sandbox_ca_file) {
  std::map<std::string, Account> accounts;
  for (const auto& [name, from] : settings.config->accounts()) {
    Account& account = accounts[name];
    account.name = name;
    account.site = from.site() == pb::SITE_MAINLAND ? Site::kMainland
                                                    : Site::kInternational;
    account.region = from.region();
    account.language = from.language();
    account.endpoint_url = from.endpoint().url();
    account.ca_file = from.endpoint().ca_file();
    account.failover_urls.assign(from.endpoint().failover().begin(),
                                 from.endpoint().failover().end());
    account.quota_group =
        from.quota_group().empty() ? name : from.quota_group();
    account.share = from.share();
    if (settings.UsesSandbox(name)) {
      account.endpoint_url = sandbox_url;
      account.ca_file = sandbox_ca_file;
    }
  }
  std::size_t index = 0;
  for (auto& [name, account] : accounts) account.index = index++;
  return accounts;
}

std::vector<CallerRule> MakeRules(
    const Settings& settings, const std::map<std::string, Account>& accounts) {
  std::vector<CallerRule> rules;
  for (const pb::CallerRule& from : settings.config->callers()) {
    CallerRule rule;
    const pb::Match& match = from.match();
    rule.anonymous = match.anonymous();
    rule.remote = match.remote();
    rule.id = match.unix().empty() ? match.spiffe()
                                   : absl::StrCat("unix:", match.unix());
    rule.account = &accounts.at(from.account());
    for (const std::string& name : from.accounts()) {
      rule.choices.push_back(&accounts.at(name));
    }
    rule.actions.assign(from.actions().begin(), from.actions().end());
    rule.read_only = from.read_only();
    rule.weight = from.weight();
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace tcgate
