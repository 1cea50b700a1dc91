#include "service/base/flags.h"

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "service/base/closest.h"

namespace tcgate {
namespace {

bool IsSwitch(const Flag& flag) {
  return std::holds_alternative<bool*>(flag.target);
}

// The part of a help line that names a flag: `-H, --metadata KEY:VALUE`.
std::string Spelling(const Flag& flag) {
  return absl::StrCat(flag.letter, flag.letter.empty() ? "" : ", ", flag.name,
                      flag.value.empty() ? "" : " ", flag.value);
}

void PrintHelp(const Command& command, std::ostream& out) {
  std::vector<std::pair<std::string, absl::string_view>> rows;
  rows.reserve(command.arguments.size() + command.flags.size() + 1);
  for (const Argument& argument : command.arguments) {
    rows.emplace_back(argument.name, argument.help);
  }
  for (const Flag& flag : command.flags) {
    rows.emplace_back(Spelling(flag), flag.help);
  }
  rows.emplace_back("--help", "show this text");
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.first.size());

  out << command.summary << "\n\nusage: " << command.name << " [FLAG]...";
  for (const Argument& argument : command.arguments) {
    if (argument.required) {
      out << " " << argument.name;
    } else {
      out << " [" << argument.name << "]";
    }
  }
  out << "\n\n";
  for (const auto& [spelling, help] : rows) {
    out << "  " << spelling << std::string(width - spelling.size() + 2, ' ')
        << help << "\n";
  }
  if (!command.notes.empty()) out << "\n" << command.notes << "\n";
}

// Sets the target of a flag that takes a value. Returns what is wrong with the
// value, or nothing.
std::string Set(const Flag& flag, absl::string_view value) {
  if (auto* const* text = std::get_if<std::string*>(&flag.target)) {
    **text = std::string(value);
  } else if (auto* const* list =
                 std::get_if<std::vector<std::string>*>(&flag.target)) {
    (*list)->emplace_back(value);
  } else if (auto* const* time =
                 std::get_if<std::chrono::milliseconds*>(&flag.target)) {
    absl::Duration duration;
    if (!absl::ParseDuration(std::string(value), &duration) ||
        duration < absl::Milliseconds(1) ||
        duration == absl::InfiniteDuration()) {
      return absl::StrCat("\"", value,
                          "\" is no duration such as 500ms, 20s or 5m");
    }
    **time = absl::ToChronoMilliseconds(duration);
  }
  return "";
}

// Reads one command line. Each step returns what is wrong, or nothing.
class Parser {
 public:
  Parser(const Command& command, const std::vector<absl::string_view>& args)
      : command_(command), args_(args) {}

  std::string Parse() {
    while (next_ < args_.size()) {
      const absl::string_view arg = args_[next_++];
      std::string fault;
      if (arg == "--" && !flags_ended_) {
        flags_ended_ = true;
      } else if (flags_ended_ || arg == "-" || !absl::StartsWith(arg, "-")) {
        fault = TakeArgument(arg);
      } else {
        fault = TakeFlag(arg);
      }
      if (help_ || !fault.empty()) return fault;
    }
    if (arguments_ < command_.arguments.size() &&
        command_.arguments[arguments_].required) {
      return absl::StrCat(command_.arguments[arguments_].name, " is missing");
    }
    return "";
  }

  bool help() const { return help_; }

 private:
  std::string TakeArgument(absl::string_view arg) {
    if (arguments_ == command_.arguments.size()) {
      return absl::StrCat("unexpected argument \"", arg, "\"");
    }
    *command_.arguments[arguments_++].target = std::string(arg);
    return "";
  }

  std::string TakeFlag(absl::string_view arg) {
    const std::size_t equals = arg.find('=');
    const absl::string_view name = arg.substr(0, equals);
    const bool has_value = equals != absl::string_view::npos;
    if (name == "--help" || name == "-h") {
      help_ = true;
      return "";
    }
    const auto flag = std::find_if(
        command_.flags.begin(), command_.flags.end(), [name](const Flag& f) {
          return f.name == name || (!f.letter.empty() && f.letter == name);
        });
    if (flag == command_.flags.end()) {
      std::vector<absl::string_view> known = {"--help"};
      for (const Flag& each : command_.flags) known.push_back(each.name);
      return absl::StrCat("unknown flag ", name, DidYouMean(name, known));
    }
    if (IsSwitch(*flag)) {
      if (has_value) return absl::StrCat(name, " takes no value");
      *std::get<bool*>(flag->target) = true;
      return "";
    }
    if (!has_value && next_ == args_.size()) {
      return absl::StrCat(name, " needs a value: ", name, " ", flag->value);
    }
    const std::string fault =
        Set(*flag, has_value ? arg.substr(equals + 1) : args_[next_++]);
    return fault.empty() ? "" : absl::StrCat(name, ": ", fault);
  }

  const Command& command_;
  const std::vector<absl::string_view>& args_;
  std::size_t next_ = 0;       // Of `args_`.
  std::size_t arguments_ = 0;  // Taken so far.
  bool flags_ended_ = false;
  bool help_ = false;
};

}  // namespace

std::optional<int> ParseFlags(const Command& command,
                              const std::vector<absl::string_view>& args,
                              std::ostream& out, std::ostream& err) {
  Parser parser(command, args);
  const std::string fault = parser.Parse();
  if (parser.help()) {
    PrintHelp(command, out);
    return 0;
  }
  if (!fault.empty()) {
    err << command.name << ": " << fault << " (see " << command.name
        << " --help)\n";
    return kExitUsage;
  }
  return std::nullopt;
}

}  // namespace tcgate
