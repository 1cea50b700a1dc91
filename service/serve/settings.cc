#include "service/serve/settings.h"

#include <iostream>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/base/read_file.h"
#include "service/catalog/load_catalog.h"
#include "service/config/check.h"
#include "service/config/faults.h"
#include "service/config/formats.h"
#include "service/config/places.h"
#include "service/upstream/endpoint.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {
namespace {

namespace pb = ::tcgate::config::v1;

constexpr char kDefaultAccount[] = "default";
// Where the sandbox's examples come from; it serves every region.
constexpr char kSandboxRegion[] = "ap-guangzhou";

void AddDefaultAccount(bool sandbox, pb::Config& config) {
  if (!config.accounts().empty()) return;
  pb::Account& account = (*config.mutable_accounts())[kDefaultAccount];
  account.set_site(pb::SITE_INTERNATIONAL);
  account.set_language("en-US");
  account.set_share(1);
  if (sandbox) account.set_region(kSandboxRegion);
}

// Lets anonymous callers on this machine call everything, unless the file says
// what they may: with the only account, or with the one named `default`. With
// --sandbox alone only if that account calls the sandbox: a switch for trying
// things must not open a real key to every program.
void AllowAnonymous(const ServeFlags& flags, pb::Config& config,
                    Faults& faults) {
  for (const pb::CallerRule& rule : config.callers()) {
    if (rule.match().anonymous()) return;
  }
  const std::string name = config.accounts().size() == 1
                               ? config.accounts().begin()->first
                               : kDefaultAccount;
  const auto account = config.accounts().find(name);
  if (account == config.accounts().end()) {
    return faults.Add(0, flags.sandbox ? "--sandbox" : "--allow-anonymous",
                      "of several accounts none is named `default`: write "
                      "`callers` to say which one these calls use");
  }
  if (!flags.allow_anonymous && !account->second.endpoint().url().empty()) {
    return;
  }
  pb::CallerRule* rule = config.add_callers();
  rule->mutable_match()->set_anonymous(true);
  rule->set_account(name);
  rule->add_actions()->assign(1, '*');
  rule->set_weight(1);
}

void ApplyFlags(const ServeFlags& flags, pb::Config& config, Places& places,
                Faults& faults) {
  const auto fits = [&faults](const char* flag, pb::Format format,
                              const std::string& address) {
    const std::string fault = FormatFault(format, address);
    if (!fault.empty()) faults.Add(0, flag, fault);
    return fault.empty();
  };
  if (!flags.listen.empty()) {
    config.clear_listen();
    places.Forget("listen");
  }
  for (const std::string& address : flags.listen) {
    if (fits("--listen", pb::FORMAT_LISTEN_ADDRESS, address)) {
      config.add_listen()->set_address(address);
    }
  }
  if (!flags.admin.empty() &&
      fits("--admin", pb::FORMAT_IP_ADDRESS, flags.admin)) {
    config.mutable_admin()->set_address(flags.admin);
  }
  const bool anonymous = flags.sandbox || flags.allow_anonymous;
  if (anonymous || !config.callers().empty()) {
    AddDefaultAccount(flags.sandbox, config);
  }
  if (anonymous) AllowAnonymous(flags, config, faults);
}

}  // namespace

Command ServeCommand(ServeFlags& flags) {
  Command command;
  command.name = "tcgate serve";
  command.summary = "Serves the gateway until SIGTERM or Ctrl-C.";
  command.flags = {
      {"--config", "FILE", "configuration, YAML (README, configuration)",
       &flags.config_file},
      {"--descriptors", "FILE",
       "serve the products of a descriptor set too; repeat for more",
       &flags.descriptors},
      {"--sandbox", "",
       "serve a built-in imitation of the vendor too, and call that with a "
       "throw-away key",
       &flags.sandbox},
      {"--no-limits", "",
       "let the sandbox refuse nothing for the vendor's limits of calls in a "
       "second",
       &flags.no_limits},
      {"--allow-anonymous", "",
       "let every program on this machine call everything with account "
       "`default`",
       &flags.allow_anonymous},
      {"--listen", "ADDR",
       "gRPC address, in place of 127.0.0.1:50051; repeat "
       "for more",
       &flags.listen},
      {"--admin", "ADDR",
       "address of /metrics, /livez, /readyz, in place of "
       "127.0.0.1:9901",
       &flags.admin},
  };
  command.notes =
      "Without --sandbox the key is read from TENCENTCLOUD_SECRET_ID and "
      "TENCENTCLOUD_SECRET_KEY,\n"
      "else from a profile file. Nobody may call unless --sandbox, "
      "--allow-anonymous or `callers`\n"
      "of the configuration says so. Port 0 takes any free port; the addresses "
      "are printed.\n\n"
      "Exit codes: 0 after a drain, 1 if it cannot run, 2 for a wrong flag, "
      "file, value or credential.";
  return command;
}

Settings::Settings() = default;
Settings::~Settings() = default;
Settings::Settings(Settings&&) noexcept = default;
Settings& Settings::operator=(Settings&&) noexcept = default;

bool Settings::UsesSandbox(const std::string& account) const {
  if (!sandbox) return false;
  const auto found = config->accounts().find(account);
  return found != config->accounts().end() &&
         found->second.endpoint().url().empty();
}

std::vector<std::string> Settings::ProductCodes() const {
  std::set<std::string> codes;  // A product may be there in two versions.
  for (const Product& product : catalog->products()) codes.insert(product.code);
  return {codes.begin(), codes.end()};
}

absl::StatusOr<Settings> LoadSettings(const ServeFlags& flags) {
  Settings settings;
  if (flags.no_limits && !flags.sandbox) {
    return absl::InvalidArgumentError("--no-limits needs --sandbox");
  }
  settings.sandbox = flags.sandbox;
  settings.sandbox_limits = !flags.no_limits;
  absl::StatusOr<std::unique_ptr<const Catalog>> catalog =
      LoadCatalog(flags.descriptors);
  if (!catalog.ok()) return catalog.status();
  settings.catalog = *std::move(catalog);

  std::string text;
  if (!flags.config_file.empty()) {
    absl::StatusOr<std::string> read = ReadFile(flags.config_file);
    if (!read.ok()) return read.status();
    text = *std::move(read);
  }
  Faults faults(flags.config_file);
  Places places;
  settings.config = ReadConfig(text, faults, places);

  if (settings.config->products().empty()) {
    for (const std::string& code : ShippedProducts()) {
      settings.config->add_products(code);
    }
  }

  ApplyFlags(flags, *settings.config, places, faults);
  std::vector<KnownAction> actions;
  for (const Action& action : settings.catalog->actions()) {
    actions.push_back(
        {action.label, action.effect == Effect::kRead, action.cache_ttl});
  }
  const Faults of_one_key = faults;
  for (const std::string& fault : CheckConfig(*settings.config, actions)) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(fault, absl::MaxSplits(": ", 1));
    if (of_one_key.Touch(parts.first)) continue;
    faults.Add(places.LineOf(parts.first), parts.first, parts.second);
  }
  for (const auto& [name, account] : settings.config->accounts()) {
    if (account.endpoint().url().empty()) continue;
    const absl::Status url =
        ParseEndpointUrl(account.endpoint().url()).status();
    if (url.ok()) continue;
    const std::string path = absl::StrCat("accounts.", name, ".endpoint.url");
    faults.Add(places.LineOf(path), path, url.message());
  }
  if (!faults.empty()) return absl::InvalidArgumentError(faults.Text());
  return settings;
}

void TellOddities(absl::string_view command, const Settings& settings) {
  if (settings.config->callers().empty()) {
    std::cerr << command
              << ": nobody may call: `callers` is empty (README, who may "
                 "call)\n";
  }
}

}  // namespace tcgate
