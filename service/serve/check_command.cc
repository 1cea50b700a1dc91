#include "service/serve/check_command.h"

#include <iostream>
#include <optional>
#include <string>

#include "service/base/flags.h"
#include "service/serve/settings.h"

namespace tcgate {

int RunCheck(const std::vector<absl::string_view>& args) {
  ServeFlags flags;
  const std::string& file = flags.config_file;
  Command command;
  command.name = "tcgate check";
  command.summary = "Names every mistake of a configuration file, by line.";
  command.flags = {
      {"--config", "FILE", "the file; required", &flags.config_file},
      {"--descriptors", "FILE", "as for `tcgate serve`; repeat for more",
       &flags.descriptors}};
  command.notes =
      "Reads no credential and opens nothing. Exit codes: 0 for a file that "
      "`tcgate serve` would\n"
      "take, 2 for one with mistakes.\n";
  if (const std::optional<int> code =
          ParseFlags(command, args, std::cout, std::cerr)) {
    return *code;
  }
  if (file.empty()) {
    std::cerr << "tcgate check: --config FILE is missing\n";
    return kExitUsage;
  }
  const absl::StatusOr<Settings> settings = LoadSettings(flags);
  if (!settings.ok()) {
    std::cerr << settings.status().message() << "\n";
    return kExitUsage;
  }
  std::cout << file << ": no mistakes\n";
  return 0;
}

}  // namespace tcgate
