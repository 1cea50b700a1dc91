#include "service/serve/sandbox_command.h"

#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/clock.h"
#include "service/catalog/load_catalog.h"
#include "service/credentials/credential.h"
#include "service/serve/signals.h"

namespace tcgate {
namespace {

// What the flags contradict, or nothing.
std::string Fault(const SandboxFlags& flags) {
  if (flags.secret_id.empty() != flags.secret_key.empty()) {
    return "--secret-id and --secret-key go together";
  }
  if (flags.tls && flags.ca_out.empty()) {
    return "--tls needs --ca-out FILE: clients must trust the certificate";
  }
  if (!flags.tls && !flags.ca_out.empty()) return "--ca-out needs --tls";
  return "";
}

int Fail(absl::string_view message, int code) {
  std::cerr << "tcgate sandbox: " << message << "\n";
  return code;
}

}  // namespace

Command SandboxCommand(SandboxFlags& flags) {
  Command command;
  command.name = "tcgate sandbox";
  command.summary =
      "Serves the built-in imitation of the vendor alone, until Ctrl-C.";
  command.flags = {
      {"--listen", "ADDR", "address, in place of 127.0.0.1:8180",
       &flags.listen},
      {"--tls", "", "HTTPS, with a certificate authority made at start",
       &flags.tls},
      {"--ca-out", "FILE", "write that authority's certificate here, PEM",
       &flags.ca_out},
      {"--secret-id", "ID",
       "key that callers sign with; a new one is made and "
       "printed without",
       &flags.secret_id},
      {"--secret-key", "KEY", "its secret", &flags.secret_key},
      {"--no-limits", "", "without the vendor's limits of calls in a second",
       &flags.no_limits},
      {"--descriptors", "FILE",
       "imitate the products of a descriptor set too; repeat for more",
       &flags.descriptors},
  };
  command.notes =
      "Point an official SDK, or `accounts.NAME.endpoint` of a gateway, at the "
      "address.\n"
      "GET /_sandbox/ says what it remembers, and how faults are made and "
      "counts read. Both the key\n"
      "and what the sandbox answers are for development only.";
  return command;
}

int RunSandbox(const SandboxFlags& flags) {
  if (const std::string fault = Fault(flags); !fault.empty()) {
    return Fail(fault, kExitUsage);
  }

  const EndSignals ends;
  absl::StatusOr<std::unique_ptr<const Catalog>> catalog =
      LoadCatalog(flags.descriptors);
  if (!catalog.ok()) return Fail(catalog.status().message(), kExitUsage);
  const bool made = flags.secret_id.empty();
  Credential pair =
      made ? MakeSandboxCredential()
           : Credential{flags.secret_id, Secret(flags.secret_key), ""};
  const std::string key =
      made ? absl::StrCat("tcgate: sandbox key ", pair.secret_id, " ",
                          pair.secret_key.Reveal(), "\n")
           : "";

  SandboxOptions options;
  options.address = flags.listen;
  options.tls = flags.tls;
  options.limits = !flags.no_limits;
  options.credentials.push_back(
      {std::move(pair.secret_id), std::move(pair.secret_key), ""});
  absl::StatusOr<std::unique_ptr<Sandbox>> sandbox =
      Sandbox::Start(std::move(options), **catalog, SystemClock());
  if (!sandbox.ok()) {
    return Fail(
        sandbox.status().message(),
        absl::IsInvalidArgument(sandbox.status()) ? kExitUsage : kExitFailure);
  }
  if (flags.tls) {
    std::ofstream file(flags.ca_out);
    file << (*sandbox)->ca_pem() << std::flush;
    if (!file) return Fail("cannot write " + flags.ca_out, kExitUsage);
  }
  std::cout << key << "tcgate: sandbox listening on " << (*sandbox)->address()
            << std::endl;
  ends.Wait();
  return 0;
}

}  // namespace tcgate
