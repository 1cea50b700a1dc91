#include "service/credentials/gateway_process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace tcgate {
namespace {

// As execve(2) takes it: views of `strings`, and a null at the end.
std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void BecomeGateway(const std::vector<char*>& argv,
                                const std::vector<char*>& environment,
                                int socket, const sigset_t& mask) {
  // Kernels before 5.11 refuse: then what our own parent left open stays open,
  // and nothing of ours, since all that is opened here closes itself.
  close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  fcntl(socket, F_SETFD, 0);
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  execve("/proc/self/exe", argv.data(), environment.data());
  std::perror("tcgate: cannot start the gateway process");
  _exit(127);
}

}  // namespace

bool MayPass(absl::string_view entry) {
  static constexpr absl::string_view kNames[] = {
      "HOME",         "LANG",          "MALLOC_CONF", "PATH",
      "SSL_CERT_DIR", "SSL_CERT_FILE", "TZ"};
  const absl::string_view name = entry.substr(0, entry.find('='));
  return std::find(std::begin(kNames), std::end(kNames), name) !=
             std::end(kNames) ||
         absl::StartsWith(name, "LC_") || absl::StartsWith(name, "GRPC_") ||
         absl::EndsWith(name, "SAN_OPTIONS");
}

absl::StatusOr<pid_t> StartGateway(std::vector<std::string> argv, int socket,
                                   const sigset_t& mask) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (MayPass(*entry)) environment.emplace_back(*entry);
  }
  const std::vector<char*> argv_pointers = Pointers(argv);
  const std::vector<char*> environment_pointers = Pointers(environment);
  const pid_t child = fork();
  if (child < 0) return absl::ErrnoToStatus(errno, "cannot fork");
  if (child == 0) {
    BecomeGateway(argv_pointers, environment_pointers, socket, mask);
  }
  return child;
}

int ExitCode(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status)
                                  : WEXITSTATUS(wait_status);
}

}  // namespace tcgate
