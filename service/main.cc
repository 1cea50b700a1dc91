#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "client/cli/call.h"
#include "client/cli/completion.h"
#include "client/cli/list.h"
#include "service/base/closest.h"
#include "service/base/flags.h"
#include "service/catalog/load_catalog.h"
#include "service/serve/check_command.h"
#include "service/serve/sandbox_command.h"
#include "service/serve/serve.h"

namespace {

using Args = std::vector<absl::string_view>;

int Fail(absl::string_view command, absl::string_view fault) {
  std::cerr << command << ": " << fault << "\n";
  return tcgate::kExitUsage;
}

int List(const tcgate::ListRequest& request) {
  const auto catalog = tcgate::LoadCatalog(request.descriptors);
  if (!catalog.ok()) return Fail("tcgate list", catalog.status().message());
  return tcgate::ListActions(**catalog, request.product, std::cout, std::cerr);
}

int MakeCall(const tcgate::CallRequest& request) {
  const auto catalog = tcgate::LoadCatalog(request.descriptors);
  if (!catalog.ok()) return Fail("tcgate call", catalog.status().message());
  return tcgate::RunCall(request, **catalog, std::cin, std::cout, std::cerr);
}

tcgate::Command CompletionCommand(std::string& shell) {
  return {.name = "tcgate completion",
          .summary = "Prints what a shell needs to complete words.",
          .flags = {},
          .arguments = {{"SHELL", "bash, zsh or fish", &shell, true}},
          .notes =
              "For this shell alone:\n"
              "  bash, zsh  source <(tcgate completion bash)\n"
              "  fish       tcgate completion fish | source\n"
              "The program must be on the PATH as tcgate."};
}

int PrintCompletion(const std::string& shell) {
  const absl::string_view script = tcgate::CompletionScript(shell);
  if (script.empty()) {
    return Fail("tcgate completion",
                "no such shell; bash, zsh and fish are known");
  }
  std::cout << script;
  return 0;
}

// A subcommand whose flags fill in a `Request`, and which then acts on it.
template <typename Request, tcgate::Command (*kDescribe)(Request&),
          int (*kRun)(const Request&)>
int Run(const Args& args) {
  Request request;
  if (const std::optional<int> code =
          tcgate::ParseFlags(kDescribe(request), args, std::cout, std::cerr)) {
    return *code;
  }
  return kRun(request);
}

template <typename Request, tcgate::Command (*kDescribe)(Request&)>
tcgate::Command Describe() {
  static Request request;  // The command keeps pointers to it.
  return kDescribe(request);
}

struct Subcommand {
  absl::string_view name;
  absl::string_view summary;
  int (*run)(const Args& args);
  tcgate::Command (*describe)();
};

constexpr Subcommand kSubcommands[] = {
    {"serve", "the gateway; with --sandbox, something to try it on",
     tcgate::Serve, Describe<tcgate::ServeFlags, tcgate::ServeCommand>},
    {"call", "one call to a gateway, by JSON",
     Run<tcgate::CallRequest, tcgate::CallCommand, MakeCall>,
     Describe<tcgate::CallRequest, tcgate::CallCommand>},
    {"list", "the actions that this build knows",
     Run<tcgate::ListRequest, tcgate::ListCommand, List>,
     Describe<tcgate::ListRequest, tcgate::ListCommand>},
    {"check", "names every mistake of a configuration file",
     Run<tcgate::ServeFlags, tcgate::CheckCommand, tcgate::RunCheck>,
     Describe<tcgate::ServeFlags, tcgate::CheckCommand>},
    {"sandbox", "the built-in imitation of the vendor alone",
     Run<tcgate::SandboxFlags, tcgate::SandboxCommand, tcgate::RunSandbox>,
     Describe<tcgate::SandboxFlags, tcgate::SandboxCommand>},
    {"completion", "lets a shell complete words",
     Run<std::string, CompletionCommand, PrintCompletion>,
     Describe<std::string, CompletionCommand>},
};

// `tcgate complete -- WORD...`: what the scripts of `completion` ask.
int PrintCandidates(const Args& words) {
  std::vector<tcgate::Command> commands;
  for (const Subcommand& subcommand : kSubcommands) {
    commands.push_back(subcommand.describe());
  }
  const auto catalog = tcgate::LoadCatalog({});
  if (!catalog.ok()) return Fail("tcgate", catalog.status().message());
  for (const std::string& word : tcgate::Complete(commands, **catalog, words)) {
    std::cout << word << "\n";
  }
  return 0;
}

void PrintHelp() {
  std::cout << "tcgate is a gRPC gateway for Tencent Cloud API 3.0: typed "
               "calls, and no caller holds a key.\n\n"
               "usage: tcgate COMMAND [FLAG]...\n\n";
  for (const Subcommand& subcommand : kSubcommands) {
    std::cout << "  " << subcommand.name
              << std::string(12 - subcommand.name.size(), ' ')
              << subcommand.summary << "\n";
  }
  std::cout << "\nTo see it work: tcgate serve --sandbox; in another terminal "
               "tcgate list\n"
               "names the actions, and tcgate call ACTION JSON makes a call.\n"
               "tcgate COMMAND --help says more; --version prints the "
               "version.\n";
}

}  // namespace

int main(int argc, char** argv) {
  // First of all: Debian builds Abseil so that every mutex keeps a global graph
  // of lock orders, which costs a fifth of a call.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);

  const Args args(argv + 1, argv + argc);
  if (args.empty() || args[0] == "--help" || args[0] == "-h" ||
      args[0] == "help") {
    PrintHelp();
    return args.empty() ? tcgate::kExitUsage : 0;
  }
  if (args[0] == "--version" || args[0] == "version") {
    std::cout << "tcgate " << TCGATE_VERSION << "\n";
    return 0;
  }
  if (args.size() > 2 && args[0] == "complete" && args[1] == "--") {
    return PrintCandidates({args.begin() + 2, args.end()});
  }
  std::vector<absl::string_view> names;
  for (const Subcommand& subcommand : kSubcommands) {
    if (subcommand.name == args[0]) {
      return subcommand.run({args.begin() + 1, args.end()});
    }
    names.push_back(subcommand.name);
  }
  std::cerr << "tcgate: unknown command \"" << args[0] << "\""
            << tcgate::DidYouMean(args[0], names) << " (tcgate --help)\n";
  return tcgate::kExitUsage;
}
