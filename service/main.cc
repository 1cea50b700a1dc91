#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "client/cli/call.h"
#include "client/cli/list.h"
#include "service/base/closest.h"
#include "service/base/flags.h"
#include "service/catalog/load_catalog.h"
#include "service/serve/check_command.h"
#include "service/serve/sandbox_command.h"
#include "service/serve/serve.h"

namespace {

using Args = std::vector<absl::string_view>;

int Fail(absl::string_view command, const absl::Status& status) {
  std::cerr << command << ": " << status.message() << "\n";
  return tcgate::kExitUsage;
}

int List(const Args& args) {
  tcgate::ListRequest request;
  if (const std::optional<int> code = tcgate::ParseFlags(
          tcgate::ListCommand(request), args, std::cout, std::cerr)) {
    return *code;
  }
  const auto catalog = tcgate::LoadCatalog(request.descriptors);
  if (!catalog.ok()) return Fail("tcgate list", catalog.status());
  return tcgate::ListActions(**catalog, request.product, std::cout, std::cerr);
}

int MakeCall(const Args& args) {
  tcgate::CallRequest request;
  if (const std::optional<int> code = tcgate::ParseFlags(
          tcgate::CallCommand(request), args, std::cout, std::cerr)) {
    return *code;
  }
  const auto catalog = tcgate::LoadCatalog(request.descriptors);
  if (!catalog.ok()) return Fail("tcgate call", catalog.status());
  return tcgate::RunCall(request, **catalog, std::cin, std::cout, std::cerr);
}

struct Subcommand {
  absl::string_view name;
  absl::string_view summary;
  int (*run)(const Args& args);
};

constexpr Subcommand kSubcommands[] = {
    {"serve", "the gateway; with --sandbox, something to try it on",
     tcgate::Serve},
    {"call", "one call to a gateway, by JSON", MakeCall},
    {"list", "the actions that this build knows", List},
    {"check", "names every mistake of a configuration file", tcgate::RunCheck},
    {"sandbox", "the built-in imitation of the vendor alone",
     tcgate::RunSandbox},
};

void PrintHelp() {
  std::cout << "tcgate is a gRPC gateway for Tencent Cloud API 3.0: typed "
               "calls, and no caller holds a key.\n\n"
               "usage: tcgate COMMAND [FLAG]...\n\n";
  for (const Subcommand& subcommand : kSubcommands) {
    std::cout << "  " << subcommand.name
              << std::string(10 - subcommand.name.size(), ' ')
              << subcommand.summary << "\n";
  }
  std::cout << "\nTo see it work: tcgate serve --sandbox, and in another "
               "terminal tcgate list.\n"
               "tcgate COMMAND --help says more; --version prints the "
               "version.\n";
}

}  // namespace

int main(int argc, char** argv) {
  // First of all: Debian builds Abseil so that every mutex keeps a global graph
  // of lock orders, which costs a fifth of a call.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);

  const Args args(argv + 1, argv + argc);
  if (args.empty() || args[0] == "--help" || args[0] == "-h") {
    PrintHelp();
    return args.empty() ? tcgate::kExitUsage : 0;
  }
  if (args[0] == "--version") {
    std::cout << "tcgate " << TCGATE_VERSION << "\n";
    return 0;
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
