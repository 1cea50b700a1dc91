#include "service/serve/check_command.h"

#include <iostream>
#include <optional>
#include <string>

#include "service/base/flags.h"
#include "service/serve/settings.h"

namespace tcgate {

int RunCheck(const std::vector<absl::string_view>& args) {
  std::string file;
  Command command;
  command.name = "tcgate check";
  command.summary = "Names every mistake of a configuration file, by line.";
  command.flags = {{"--config", "FILE", "the file; required", &file}};
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
  const absl::StatusOr<Settings> settings = CheckFile(file);
  if (!settings.ok()) {
    std::cerr << settings.status().message() << "\n";
    return kExitUsage;
  }
  std::cout << file << ": no mistakes\n";
  return 0;
}

}  // namespace tcgate
