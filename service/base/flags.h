#ifndef TCGATE_SERVICE_BASE_FLAGS_H_
#define TCGATE_SERVICE_BASE_FLAGS_H_

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

namespace tcgate {

// Exit code of a program that was called wrongly.
inline constexpr int kExitUsage = 2;

// What a flag sets. A bool is a switch and takes no value; a list grows with
// each use of the flag, everything else is set by the last. Durations are
// positive and written `500ms`, `20s`, `5m`, `1h`.
using FlagTarget = std::variant<bool*, std::string*, std::vector<std::string>*,
                                std::chrono::milliseconds*>;

// One flag of a command, `--name value` or `--name=value`.
struct Flag {
  absl::string_view name;   // With its dashes: `--listen`.
  absl::string_view value;  // What the help calls its value: `ADDR`.
  absl::string_view help;   // One line.
  FlagTarget target;
  absl::string_view letter = "";  // Such as `-H`. Empty: none.
};

// One argument without a name, in the order of the command line. Required ones
// come first.
struct Argument {
  absl::string_view name;  // What the help calls it: `ACTION`.
  absl::string_view help;  // One line.
  std::string* target;
  bool required = false;
};

// One subcommand of a program. The views and targets must outlive it.
struct Command {
  absl::string_view name;     // As typed: `tcgate call`.
  absl::string_view summary;  // One line.
  std::vector<Flag> flags;
  std::vector<Argument> arguments;
  absl::string_view notes = "";  // Ends the help: exit codes, examples.
};

// Sets the targets from `args`, which are those behind the command's name.
// Nothing means that the command may run. Otherwise the program ends with the
// value: 0 after `--help`, which is written to `out`; `kExitUsage` after one
// line on `err` that names the fault. `--` ends the flags; a lone `-` is an
// argument.
std::optional<int> ParseFlags(const Command& command,
                              const std::vector<absl::string_view>& args,
                              std::ostream& out, std::ostream& err);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_FLAGS_H_
