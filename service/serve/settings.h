#ifndef TCGATE_SERVICE_SERVE_SETTINGS_H_
#define TCGATE_SERVICE_SERVE_SETTINGS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/base/flags.h"
#include "service/catalog/catalog.h"
#include "service/config/config.h"
#include "service/upstream/account.h"

namespace tcgate {

// What `tcgate serve` was told on its command line.
struct ServeFlags {
  std::string config_file;               // Empty: the defaults.
  std::vector<std::string> descriptors;  // See `LoadCatalog`.
  bool sandbox = false;
  bool no_limits = false;  // Of the sandbox.
  bool allow_anonymous = false;
  std::vector<std::string> listen;  // Replaces the file's. Empty: the file's.
  std::string admin;                // The same.
};

// The command `tcgate serve`, whose flags set `flags`.
Command ServeCommand(ServeFlags& flags);

// Configuration and catalogue, with flags applied and everything checked: the
// keeper and the gateway read the same ones.
struct Settings {
  Settings();
  ~Settings();
  Settings(Settings&&) noexcept;
  Settings& operator=(Settings&&) noexcept;

  std::unique_ptr<const Catalog> catalog;
  ConfigPtr config;
  bool sandbox = false;
  bool sandbox_limits = true;  // Whether it keeps the vendor's rate limits.

  // Whether an account calls the built-in sandbox with the throw-away key: with
  // --sandbox, each that names no endpoint of its own.
  bool UsesSandbox(const std::string& account) const;

  // The codes of the catalogue's products, each once: what keys are made for.
  std::vector<std::string> ProductCodes() const;
};

// Fails with kInvalidArgument or kNotFound; the message has all faults, one a
// line.
absl::StatusOr<Settings> LoadSettings(const ServeFlags& flags);

// Says on standard error what is allowed and hardly meant: that nobody may
// call.
void TellOddities(absl::string_view command, const Settings& settings);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SERVE_SETTINGS_H_
