#include "client/cli/completion.h"

#include <algorithm>
#include <set>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace tcgate {
namespace {

using Words = std::vector<absl::string_view>;

constexpr char kBash[] = R"sh(_tcgate() {
  local IFS=$'\n'
  COMPREPLY=($("$1" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _tcgate tcgate
)sh";

constexpr char kZsh[] = R"sh(#compdef tcgate
_tcgate() {
  local -a found
  found=(${(f)"$($words[1] complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then compadd -a found; else _files; fi
}
compdef _tcgate tcgate
)sh";

constexpr char kFish[] =
    R"sh(complete -c tcgate -a '(set -l w (commandline -opc); $w[1] complete -- $w[2..] (commandline -ct) 2>/dev/null)'
)sh";

struct Shell {
  absl::string_view name;
  absl::string_view script;
};
constexpr Shell kShells[] = {{"bash", kBash}, {"zsh", kZsh}, {"fish", kFish}};

bool TakesValue(const Flag& flag) {
  return !std::holds_alternative<bool*>(flag.target);
}

bool Repeats(const Flag& flag) {
  return std::holds_alternative<std::vector<std::string>*>(flag.target);
}

const Flag* FindFlag(const Command& command, absl::string_view word) {
  for (const Flag& flag : command.flags) {
    if (word == flag.name || (!flag.letter.empty() && word == flag.letter)) {
      return &flag;
    }
  }
  return nullptr;
}

// What an argument may be, by the name that the help gives it.
std::vector<std::string> ValuesOf(const Argument& argument,
                                  const Catalog& catalog) {
  std::vector<std::string> values;
  if (argument.name == "ACTION") {
    for (const Action& action : catalog.actions()) {
      values.push_back(action.label);
    }
  }
  if (argument.name == "PRODUCT") {
    std::set<std::string> codes;  // A product may be there in two versions.
    for (const Product& product : catalog.products()) {
      codes.insert(product.code);
    }
    values.assign(codes.begin(), codes.end());
  }
  if (argument.name == "SHELL") {
    for (const Shell& shell : kShells) values.emplace_back(shell.name);
  }
  return values;
}

// What may stand behind `words`, which begin behind the command's name.
std::vector<std::string> Candidates(const Command& command,
                                    const Catalog& catalog, const Words& words,
                                    absl::string_view typed) {
  std::set<absl::string_view> used;
  std::size_t arguments = 0;
  bool value_follows = false;
  for (const absl::string_view word : words) {
    const Flag* const flag = value_follows ? nullptr : FindFlag(command, word);
    if (flag != nullptr && !Repeats(*flag)) used.insert(flag->name);
    if (flag == nullptr && !value_follows && !absl::StartsWith(word, "--")) {
      ++arguments;
    }
    value_follows = flag != nullptr && TakesValue(*flag);
  }
  if (value_follows) return {};
  if (absl::StartsWith(typed, "-")) {
    std::vector<std::string> flags;
    for (const Flag& flag : command.flags) {
      if (!used.contains(flag.name)) flags.emplace_back(flag.name);
    }
    flags.emplace_back("--help");
    return flags;
  }
  if (arguments >= command.arguments.size()) return {};
  return ValuesOf(command.arguments[arguments], catalog);
}

}  // namespace

absl::string_view CompletionScript(absl::string_view name) {
  for (const Shell& shell : kShells) {
    if (shell.name == name) return shell.script;
  }
  return "";
}

std::vector<std::string> Complete(const std::vector<Command>& commands,
                                  const Catalog& catalog, const Words& words) {
  if (words.empty()) return {};
  const absl::string_view typed = words.back();
  std::vector<std::string> found;
  for (const Command& command : commands) {
    const absl::string_view name = absl::StripPrefix(command.name, "tcgate ");
    if (words.size() == 1) {
      found.emplace_back(name);
    } else if (name == words.front()) {
      found = Candidates(command, catalog, {words.begin() + 1, words.end() - 1},
                         typed);
    }
  }
  std::erase_if(found, [typed](const std::string& value) {
    return !absl::StartsWith(value, typed);
  });
  return found;
}

}  // namespace tcgate
