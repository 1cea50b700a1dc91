#include "service/serve/serve.h"

#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "service/base/clock.h"
#include "service/credentials/run_keeper.h"
#include "service/serve/accounts.h"

namespace tcgate {
namespace {

// Takes `--keeper-fd=N` out of `args`. It is no flag for people, so the help
// does not know it.
std::optional<absl::string_view> TakeKeeperFlag(
    std::vector<absl::string_view>& args) {
  const std::string prefix = absl::StrCat(kKeeperFlag, "=");
  if (args.empty() || !absl::StartsWith(args.back(), prefix)) {
    return std::nullopt;
  }
  const absl::string_view number = absl::StripPrefix(args.back(), prefix);
  args.pop_back();
  return number;
}

}  // namespace

int Serve(const std::vector<absl::string_view>& args) {
  std::vector<absl::string_view> own = args;
  const std::optional<absl::string_view> keeper = TakeKeeperFlag(own);
  ServeFlags flags;
  if (const std::optional<int> code =
          ParseFlags(ServeCommand(flags), own, std::cout, std::cerr)) {
    return *code;
  }
  const absl::StatusOr<Settings> settings = LoadSettings(flags);
  if (!settings.ok()) {
    std::cerr << "tcgate serve: " << settings.status().message() << "\n";
    return kExitUsage;
  }
  if (keeper.has_value()) return RunGateway(*settings, *keeper);
  TellOddities("tcgate serve", *settings);

  ShutMemory();
  absl::StatusOr<Keeper::Options> credentials = ReadCredentials(*settings);
  if (!credentials.ok()) {
    std::cerr << "tcgate serve: " << credentials.status().message() << "\n";
    return kExitUsage;
  }
  std::vector<std::string> argv = {"tcgate", "serve"};
  for (const absl::string_view arg : args) argv.emplace_back(arg);
  return RunKeeper(*std::move(credentials), std::move(argv), SystemClock());
}

}  // namespace tcgate
