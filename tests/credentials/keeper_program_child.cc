#include "tests/credentials/keeper_program_child.h"

#include <dirent.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/credentials/keeper_client.h"
#include "service/credentials/keeper_frame.h"
#include "service/credentials/signing_days.h"

namespace tcgate {
namespace {

// Past the stream's buffer, since a child may end by `_exit` or a signal.
void Say(absl::string_view line) {
  const std::string text = absl::StrCat(line, "\n");
  if (write(STDOUT_FILENO, text.data(), text.size()) < 0) std::abort();
}

void SayFetched(KeeperLink& link, absl::string_view account,
                absl::string_view product, absl::string_view date) {
  const auto key = link.FetchKey(account, product, date);
  Say(key.ok() ? absl::BytesToHexString(key->key.Reveal())
               : std::string(key.status().message()));
}

int Fetch(KeeperLink link) {
  const std::string today = SigningDays(SystemClock().WallNow()).front();
  Say(today);
  SayFetched(link, "default", "alpha", today);
  SayFetched(link, "nobody", "alpha", today);
  SayFetched(link, "default", "gamma", today);
  SayFetched(link, "default", "alpha", "2000-01-01");
  const auto pair = link.FetchSandboxPair();
  Say(pair.ok() ? absl::StrCat(pair->secret_id, " ", pair->secret_key.Reveal())
                : std::string(pair.status().message()));
  return 7;
}

// Says the kind of the answer to each packet that is no request, and then
// shows that a request is still answered.
int SendGarbage(KeeperLink link) {
  const std::string too_long(kMaxFrameBytes + 1, 'x');
  for (const absl::string_view packet :
       {absl::string_view("x"), absl::string_view("\1\377\377", 3),
        absl::string_view(too_long)}) {
    send(link.fd(), packet.data(), packet.size(), 0);
    std::array<char, kMaxFrameBytes> answer;
    const ssize_t size = recv(link.fd(), answer.data(), answer.size(), 0);
    Say(absl::StrCat("answer of kind ", static_cast<int>(answer[0]),
                     size > 0 ? "" : ", which is none"));
  }
  return Fetch(std::move(link));
}

// Says each signal by its number until SIGTERM, the last.
int SaySignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signo : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2}) {
    sigaddset(&signals, signo);
  }
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  Say("ready");
  for (int signo = 0; signo != SIGTERM;) {
    sigwait(&signals, &signo);
    Say(absl::StrCat("signal ", signo));
  }
  return 3;
}

// Asks for far more than a socket buffers, and reads none of the answers.
int AskAndNeverRead(const KeeperLink& link) {
  const std::string request = EncodeFrame(FrameKind::kPairRequest, {});
  for (int i = 0; i < 5000; ++i) {
    send(link.fd(), request.data(), request.size(), 0);
  }
  return SaySignals();
}

// Serves until the keeper is gone.
int Serve(KeeperLink link) {
  KeeperClient::Options options;
  options.accounts = {"default"};
  options.products = {"alpha"};
  options.on_keeper_gone = [] {
    Say("the keeper is gone");
    _exit(9);
  };
  const auto client =
      KeeperClient::Connect(std::move(link), std::move(options), SystemClock());
  Say(client.ok() ? "ready" : client.status().ToString());
  for (;;) pause();
}

int SayWhatWasInherited() {
  for (char** entry = environ; *entry != nullptr; ++entry) Say(*entry);
  DIR* const open_files = opendir("/proc/self/fd");
  while (const dirent* entry = readdir(open_files)) {
    int fd = -1;
    if (absl::SimpleAtoi(entry->d_name, &fd) && fd != dirfd(open_files)) {
      Say(absl::StrCat("fd ", fd));
    }
  }
  closedir(open_files);
  sigset_t mask;
  sigprocmask(SIG_BLOCK, nullptr, &mask);
  Say(sigismember(&mask, SIGTERM) == 1 ? "SIGTERM is blocked" : "no mask");
  return 0;
}

}  // namespace

int RunGatewayChild(absl::string_view mode, absl::string_view fd) {
  alarm(60);  // Outlives no failed test.
  absl::StatusOr<KeeperLink> link = KeeperLink::Adopt(fd);
  if (!link.ok()) return 99;
  Say(absl::StrCat(getpid()));
  if (mode == "fetch") return Fetch(*std::move(link));
  if (mode == "garbage") return SendGarbage(*std::move(link));
  if (mode == "signals") return SaySignals();
  if (mode == "never_read") return AskAndNeverRead(*link);
  if (mode == "serve") return Serve(*std::move(link));
  if (mode == "inherited") return SayWhatWasInherited();
  if (mode == "killed") raise(SIGKILL);
  return 98;
}

}  // namespace tcgate
