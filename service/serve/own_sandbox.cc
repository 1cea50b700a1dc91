#include "service/serve/own_sandbox.h"

#include <sys/mman.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/credentials/credential.h"

namespace tcgate {
namespace {

constexpr char kAnyPort[] = "127.0.0.1:0";

absl::StatusOr<std::unique_ptr<Sandbox>> StartOn(const std::string& address,
                                                 const Settings& settings,
                                                 const Credential& pair,
                                                 const Clock& clock) {
  SandboxOptions options;
  options.address = address;
  options.tls = true;
  options.limits = settings.sandbox_limits;
  options.credentials.push_back(
      {pair.secret_id, pair.secret_key.Clone(), pair.token});
  return Sandbox::Start(std::move(options), *settings.catalog, clock);
}

// Keeps `pem` where libcurl can read it as a file, which ends with the process.
absl::StatusOr<UniqueFd> KeepInMemory(const std::string& pem) {
  UniqueFd fd(memfd_create("sandbox-ca.pem", MFD_CLOEXEC));
  const auto size = static_cast<ssize_t>(pem.size());
  if (fd.get() < 0 || write(fd.get(), pem.data(), pem.size()) != size) {
    return absl::InternalError("no memory file for the sandbox's certificate");
  }
  return fd;
}

}  // namespace

absl::StatusOr<OwnSandbox> OwnSandbox::Start(const Settings& settings,
                                             KeeperLink& keeper,
                                             const Clock& clock) {
  OwnSandbox own;
  if (!settings.sandbox) return own;
  const absl::StatusOr<Credential> pair = keeper.FetchSandboxPair();
  if (!pair.ok()) return pair.status();

  absl::StatusOr<std::unique_ptr<Sandbox>> sandbox =
      StartOn(SandboxOptions{}.address, settings, *pair, clock);
  if (absl::IsUnavailable(sandbox.status())) {
    sandbox = StartOn(kAnyPort, settings, *pair, clock);
  }
  if (!sandbox.ok()) return sandbox.status();
  own.sandbox_ = *std::move(sandbox);

  absl::StatusOr<UniqueFd> ca = KeepInMemory(own.sandbox_->ca_pem());
  if (!ca.ok()) return ca.status();
  own.ca_ = *std::move(ca);
  own.ca_file_ = absl::StrCat("/proc/self/fd/", own.ca_.get());
  own.address_ = own.sandbox_->address();
  own.url_ = absl::StrCat("https://", own.address_);
  return own;
}

}  // namespace tcgate
