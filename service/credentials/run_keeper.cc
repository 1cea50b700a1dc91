#include "service/credentials/run_keeper.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/credentials/gateway_process.h"
#include "service/credentials/keeper_frame.h"
#include "service/credentials/unique_fd.h"

namespace tcgate {
namespace {

constexpr int kForwarded[] = {SIGTERM, SIGINT,  SIGQUIT,
                              SIGHUP,  SIGUSR1, SIGUSR2};

// The keeper's side of a gateway that runs.
struct Gateway {
  pid_t pid;
  UniqueFd socket;
};

// Waits for every child that has ended, since a first process of a container
// inherits orphans. Returns the exit code of the gateway if it is among them.
std::optional<int> Reap(const Gateway& gateway) {
  std::optional<int> code;
  int status = 0;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid == gateway.pid) code = ExitCode(status);
  }
  return code;
}

// Passes on what arrived. Returns the exit code of a gateway that has ended.
std::optional<int> HandleSignals(int signals, const Gateway& gateway) {
  signalfd_siginfo arrived;
  while (read(signals, &arrived, sizeof(arrived)) ==
         static_cast<ssize_t>(sizeof(arrived))) {
    if (arrived.ssi_signo != SIGCHLD) {
      kill(gateway.pid, static_cast<int>(arrived.ssi_signo));
    } else if (const std::optional<int> code = Reap(gateway)) {
      return code;
    }
  }
  return std::nullopt;
}

// Answers one request. Returns false once the gateway has closed its end.
//
// Never waits for the gateway: one that does not read its answers gets none,
// and the keeper goes on passing signals. A mounted secret is read here, since
// its files are in memory or on a disk of this machine.
bool AnswerOne(int socket, Keeper& keeper) {
  std::array<char, kMaxFrameBytes> packet;
  const ssize_t size = recv(socket, packet.data(), packet.size(),
                            MSG_DONTWAIT | MSG_TRUNC);  // The true size.
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  if (size == 0) return false;
  const auto bytes = static_cast<std::size_t>(size);
  // One that did not fit is answered like any other that cannot be read.
  std::string answer = keeper.Answer(
      bytes > packet.size() ? absl::string_view()
                            : absl::string_view(packet.data(), bytes));
  send(socket, answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  WipeString(answer);
  return true;
}

int Serve(int signals, const Gateway& gateway, Keeper keeper) {
  pollfd watched[] = {{signals, POLLIN, 0}, {gateway.socket.get(), POLLIN, 0}};
  for (;;) {
    if (poll(watched, std::size(watched), -1) < 0) continue;  // EINTR.
    if (watched[0].revents != 0) {
      if (const auto code = HandleSignals(signals, gateway)) return *code;
    }
    // The gateway may have closed it on its way out: only its end counts.
    // poll(2) passes over a negative descriptor.
    if (watched[1].revents != 0 && !AnswerOne(watched[1].fd, keeper)) {
      watched[1].fd = -1;
    }
  }
}

// Blocks what the keeper reads from the returned descriptor instead, and
// leaves the mask as it was in `before`.
absl::StatusOr<UniqueFd> WatchSignals(sigset_t& before) {
  // An ignored SIGCHLD, which a parent may hand down, would lose exit codes.
  signal(SIGCHLD, SIG_DFL);
  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGCHLD);
  for (const int signo : kForwarded) sigaddset(&watched, signo);
  sigprocmask(SIG_BLOCK, &watched, &before);
  UniqueFd signals(signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
  if (signals.get() < 0) return absl::ErrnoToStatus(errno, "no signalfd");
  return signals;
}

absl::StatusOr<Gateway> Start(std::vector<std::string> argv,
                              const sigset_t& mask) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::ErrnoToStatus(errno, "no socket pair");
  }
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  argv.push_back(absl::StrCat(kKeeperFlag, "=", theirs.get()));
  const absl::StatusOr<pid_t> pid =
      StartGateway(std::move(argv), theirs.get(), mask);
  if (!pid.ok()) return pid.status();
  return Gateway{*pid, std::move(ours)};
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "tcgate: cannot start the gateway process: %s\n",
               std::string(status.message()).c_str());
  return 1;
}

}  // namespace

void ShutMemory() { prctl(PR_SET_DUMPABLE, 0); }

int RunKeeper(Keeper::Options options, std::vector<std::string> argv,
              const Clock& clock) {
  ShutMemory();
  sigset_t before;
  const absl::StatusOr<UniqueFd> signals = WatchSignals(before);
  if (!signals.ok()) return Fail(signals.status());
  const absl::StatusOr<Gateway> gateway = Start(std::move(argv), before);
  if (!gateway.ok()) return Fail(gateway.status());
  return Serve(signals->get(), *gateway, Keeper(std::move(options), clock));
}

}  // namespace tcgate
