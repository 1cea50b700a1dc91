// The keeper as a process of its own, with this program as the gateway that it
// starts: see keeper_program_child.h for what that does.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "service/base/random.h"
#include "service/credentials/gateway_process.h"
#include "service/credentials/run_keeper.h"
#include "service/signing/tc3.h"
#include "tests/credentials/keeper_program_child.h"

namespace tcgate {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// The exit code of a keeper that let others read its memory; no test expects
// it.
constexpr int kMemoryWasOpen = 97;

class KeeperProgramTest : public testing::Test {
 protected:
  // So that a gateway whose keeper was killed can still be waited for.
  KeeperProgramTest() { prctl(PR_SET_CHILD_SUBREAPER, 1); }

  ~KeeperProgramTest() override {
    if (output_ != nullptr) std::fclose(output_);
  }

  // Starts a keeper, which starts a gateway of this `mode`.
  void Start(const std::string& mode,
             std::optional<Credential> sandbox_pair = std::nullopt) {
    std::array<int, 2> ends;
    ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    keeper_ = fork();
    ASSERT_GE(keeper_, 0);
    if (keeper_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      BeKeeper(mode, std::move(sandbox_pair));
    }
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
    ASSERT_TRUE(absl::SimpleAtoi(ReadLine(), &gateway_));
  }

  // Returns the gateway's next line, or `<end>`.
  std::string ReadLine() {
    std::array<char, 4096> line;
    if (std::fgets(line.data(), line.size(), output_) == nullptr) {
      return "<end>";
    }
    return std::string(absl::StripSuffix(line.data(), "\n"));
  }

  std::vector<std::string> ReadAllLines() {
    std::vector<std::string> lines;
    for (std::string line; (line = ReadLine()) != "<end>";) {
      lines.push_back(line);
    }
    return lines;
  }

  static int WaitFor(pid_t pid) {
    int status = 0;
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    return ExitCode(status);
  }

  // Made anew for each test: a literal would be in the memory of every process
  // that runs this program.
  const std::string secret_id_ = RandomHex(16);
  const std::string secret_key_ = RandomHex(16);
  pid_t keeper_ = -1;
  pid_t gateway_ = -1;

 private:
  [[noreturn]] void BeKeeper(const std::string& mode,
                             std::optional<Credential> sandbox_pair) {
    setenv("TENCENTCLOUD_SECRET_KEY", secret_key_.c_str(), 1);
    Keeper::Options options;
    options.accounts.push_back(
        {"default", {secret_id_, Secret(secret_key_), ""}});
    options.products = {"alpha"};
    options.sandbox_pair = std::move(sandbox_pair);
    const int code =
        RunKeeper(std::move(options), {"gateway", mode}, SystemClock());
    _exit(prctl(PR_GET_DUMPABLE) == 0 ? code : kMemoryWasOpen);
  }

  FILE* output_ = nullptr;
};

TEST_F(KeeperProgramTest, GivesTheKeyOfTheDayAndPassesTheExitCodeOn) {
  Start("fetch");
  const std::string today = ReadLine();
  EXPECT_EQ(ReadLine(),
            absl::BytesToHexString(
                tc3::DeriveKey(Secret(secret_key_), today, "alpha").Reveal()));
  EXPECT_THAT(ReadLine(), HasSubstr("the account has no credential"));
  EXPECT_THAT(ReadLine(), HasSubstr("the product is not in the catalogue"));
  EXPECT_THAT(ReadLine(), HasSubstr("check the clocks"));
  EXPECT_THAT(ReadLine(), HasSubstr("there is no sandbox"));
  EXPECT_EQ(WaitFor(keeper_), 7);
}

TEST_F(KeeperProgramTest, WithASandboxHandsItsPairOver) {
  Start("fetch", Credential{"an-id", Secret("a-key"), ""});
  EXPECT_THAT(ReadAllLines(), Contains("an-id a-key"));
  EXPECT_EQ(WaitFor(keeper_), 7);
}

TEST_F(KeeperProgramTest, RefusesGarbageAndGoesOn) {
  Start("garbage");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ReadLine(), "answer of kind 5");
  const std::string today = ReadLine();
  EXPECT_EQ(ReadLine(),
            absl::BytesToHexString(
                tc3::DeriveKey(Secret(secret_key_), today, "alpha").Reveal()));
  EXPECT_EQ(WaitFor(keeper_), 7);
}

TEST_F(KeeperProgramTest, PassesSignalsOn) {
  Start("signals");
  EXPECT_EQ(ReadLine(), "ready");
  for (const int signo : {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM}) {
    kill(keeper_, signo);
    EXPECT_EQ(ReadLine(), absl::StrCat("signal ", signo));
  }
  EXPECT_EQ(WaitFor(keeper_), 3);
}

TEST_F(KeeperProgramTest, AGatewayThatReadsNoAnswersStillGetsItsSignals) {
  Start("never_read");
  EXPECT_EQ(ReadLine(), "ready");
  kill(keeper_, SIGTERM);
  EXPECT_EQ(ReadLine(), absl::StrCat("signal ", SIGTERM));
  EXPECT_EQ(WaitFor(keeper_), 3);
}

TEST_F(KeeperProgramTest, AGatewayThatWasKilledShowsInTheExitCode) {
  Start("killed");
  EXPECT_EQ(WaitFor(keeper_), 128 + SIGKILL);
}

TEST_F(KeeperProgramTest, AGatewayThatIsUnknownShowsInTheExitCode) {
  Start("no such mode");
  EXPECT_EQ(WaitFor(keeper_), 98);
}

TEST_F(KeeperProgramTest, TheGatewayLearnsThatTheKeeperWasKilled) {
  Start("serve");
  EXPECT_EQ(ReadLine(), "ready");
  kill(keeper_, SIGKILL);
  EXPECT_EQ(ReadLine(), "the keeper is gone");
  EXPECT_EQ(WaitFor(keeper_), 128 + SIGKILL);
  EXPECT_EQ(WaitFor(gateway_), 9);
}

TEST_F(KeeperProgramTest, TheGatewayInheritsNoKeyNoFileAndNoMask) {
  const int leak = open("/dev/null", O_RDONLY);  // Without close-on-exec.
  ASSERT_GE(leak, 0);
  setenv("TZ", "UTC", 1);
  Start("inherited");
  close(leak);
  const std::vector<std::string> lines = ReadAllLines();
  EXPECT_THAT(lines, Not(Contains(HasSubstr("TENCENTCLOUD"))));
  EXPECT_THAT(lines, Contains("TZ=UTC"));
  EXPECT_THAT(lines, Contains("no mask"));
  int files = 0;
  for (const std::string& line : lines) {
    if (absl::StartsWith(line, "fd ")) ++files;
  }
  EXPECT_EQ(files, 4);  // The standard three, and the socket.
  EXPECT_EQ(WaitFor(keeper_), 0);
}

}  // namespace
}  // namespace tcgate

// The keeper starts this program with the mode and its flag; anybody else runs
// the tests.
int main(int argc, char** argv) {
  absl::string_view fd(argv[argc - 1]);
  if (absl::ConsumePrefix(&fd, absl::StrCat(tcgate::kKeeperFlag, "="))) {
    return tcgate::RunGatewayChild(argv[1], fd);
  }
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
