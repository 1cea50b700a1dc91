#include "service/serve/check_command.h"

#include <iostream>

namespace tcgate {

Command CheckCommand(ServeFlags& flags) {
  Command command;
  command.name = "tcgate check";
  command.summary = "Names every mistake of a configuration file, by line.";
  command.flags = {
      {"--config", "FILE", "the file; required", &flags.config_file},
      {"--sandbox", "", "judge it as for `tcgate serve --sandbox`",
       &flags.sandbox},
      {"--descriptors", "FILE", "as for `tcgate serve`; repeat for more",
       &flags.descriptors}};
  command.notes =
      "Reads no credential and opens no file that the configuration names. "
      "Exit codes: 0 for one\n"
      "without mistakes, 2 for one with mistakes.";
  return command;
}

int RunCheck(const ServeFlags& flags) {
  if (flags.config_file.empty()) {
    std::cerr << "tcgate check: --config FILE is missing\n";
    return kExitUsage;
  }
  const absl::StatusOr<Settings> settings = LoadSettings(flags);
  if (!settings.ok()) {
    std::cerr << settings.status().message() << "\n";
    return kExitUsage;
  }
  TellOddities("tcgate check", *settings);
  std::cout << flags.config_file << ": no mistakes\n";
  return 0;
}

}  // namespace tcgate
