#include "service/telemetry/access_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/telemetry/metrics.h"

namespace tcgate {
namespace {

using testing::HasSubstr;

class Pipe {
 public:
  Pipe() {
    std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(pipe(fds_), 0);
  }
  ~Pipe() {
    CloseReader();
    close(fds_[1]);
  }
  int writer() const { return fds_[1]; }
  int size() const { return fcntl(fds_[1], F_GETPIPE_SZ); }
  void CloseReader() {
    if (fds_[0] >= 0) close(fds_[0]);
    fds_[0] = -1;
  }

  // Reads what is there, waiting for the first of it.
  std::string Read() {
    pollfd input = {fds_[0], POLLIN, 0};
    std::string text;
    int wait = 10'000;
    while (poll(&input, 1, wait) > 0) {
      char buffer[65536];
      const ssize_t size = read(fds_[0], buffer, sizeof(buffer));
      if (size <= 0) break;
      text.append(buffer, static_cast<std::size_t>(size));
      wait = 0;
    }
    return text;
  }

 private:
  int fds_[2] = {-1, -1};
};

std::vector<std::string> Lines(const std::string& text) {
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

class AccessLogTest : public testing::Test {
 protected:
  AccessEntry Entry(absl::string_view action, const Outcome& outcome) {
    AccessEntry entry;
    entry.action = action;
    entry.outcome = &outcome;
    return entry;
  }

  Pipe pipe_;
  Metrics metrics_{std::vector<std::string>{}};
  const Outcome ok_;
  const Outcome refused_ =
      Refusal(absl::StatusCode::kPermissionDenied, reason::kNotAllowed, "no");
};

TEST_F(AccessLogTest, OneCallOfAnIdleServerIsWrittenByItself) {
  AccessLog log(pipe_.writer(), AccessLog::Level::kAll);
  log.Write(Entry("acme.GetAnvil", ok_));
  EXPECT_THAT(Lines(pipe_.Read()),
              testing::ElementsAre(HasSubstr("acme.GetAnvil")));
}

TEST_F(AccessLogTest, LinesKeepTheirOrder) {
  AccessLog log(pipe_.writer(), AccessLog::Level::kAll);
  for (int i = 0; i < 100; ++i) log.Write(Entry(absl::StrCat("a", i), ok_));
  log.Flush();
  const std::vector<std::string> lines = Lines(pipe_.Read());
  ASSERT_EQ(lines.size(), 100u);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(nlohmann::json::parse(lines[i])["action"], absl::StrCat("a", i));
  }
}

TEST_F(AccessLogTest, FlushOfNothingReturns) {
  AccessLog log(pipe_.writer(), AccessLog::Level::kAll);
  log.Flush();
}

TEST_F(AccessLogTest, TheEndWritesWhatIsPending) {
  {
    AccessLog log(pipe_.writer(), AccessLog::Level::kAll);
    log.Write(Entry("last.Words", ok_));
  }
  EXPECT_THAT(pipe_.Read(), HasSubstr("last.Words"));
}

TEST_F(AccessLogTest, ErrorsOnlyMeansErrorsOnly) {
  {
    AccessLog log(pipe_.writer(), AccessLog::Level::kErrors);
    log.Write(Entry("good", ok_));
    log.Write(Entry("bad", refused_));
  }
  EXPECT_THAT(Lines(pipe_.Read()), testing::ElementsAre(HasSubstr("bad")));
}

TEST_F(AccessLogTest, ASampleHoldsEveryErrorAndOneOfAHundredSuccesses) {
  {
    AccessLog log(pipe_.writer(), AccessLog::Level::kSampled);
    for (int i = 0; i < 200; ++i) log.Write(Entry("good", ok_));
    for (int i = 0; i < 5; ++i) log.Write(Entry("bad", refused_));
  }
  EXPECT_EQ(Lines(pipe_.Read()).size(), 7u);
}

TEST_F(AccessLogTest, AReaderThatStandsStillDropsLinesAndTheNextOneSaysSo) {
  AccessLog log(pipe_.writer(), AccessLog::Level::kAll, &metrics_);
  const std::string action(1000, 'x');
  // More than the pipe, one batch and the bound take together.
  const int lines =
      (pipe_.size() + 3 * int{AccessLog::kMaxPendingBytes}) / 1000;
  for (int i = 0; i < lines; ++i) log.Write(Entry(action, ok_));

  // Only now somebody reads; the pipe is empty again once the rest is flushed.
  std::string text;
  std::thread reader([this, &text] {
    while (text.find("after") == std::string::npos) text += pipe_.Read();
  });
  log.Flush();
  log.Write(Entry("after", ok_));
  log.Flush();
  reader.join();

  const std::vector<std::string> kept = Lines(text);
  std::size_t dropped = 0;
  for (const std::string& line : kept) {
    const auto parsed = nlohmann::json::parse(line);
    if (parsed.contains("dropped"))
      dropped += parsed["dropped"].get<std::size_t>();
  }
  EXPECT_GT(dropped, 0u);
  EXPECT_EQ(kept.size() + dropped, static_cast<std::size_t>(lines) + 1);
  EXPECT_THAT(metrics_.Render(),
              HasSubstr(absl::StrCat("dropped_total ", dropped, "\n")));
}

TEST_F(AccessLogTest, AReaderThatStandsStillCannotKeepTheProcessFromEnding) {
  const int lines = 2 * pipe_.size() / 1000;
  {
    AccessLog log(pipe_.writer(), AccessLog::Level::kAll, &metrics_);
    for (int i = 0; i < lines; ++i) {
      log.Write(Entry(std::string(1000, 'x'), ok_));
    }
  }
  EXPECT_THAT(metrics_.Render(), testing::Not(HasSubstr("dropped_total 0\n")));
}

TEST_F(AccessLogTest, AnOutputThatIsGoneCountsAsDropped) {
  AccessLog log(pipe_.writer(), AccessLog::Level::kAll, &metrics_);
  pipe_.CloseReader();
  log.Write(Entry("one", ok_));
  log.Write(Entry("two", ok_));
  log.Flush();
  EXPECT_THAT(metrics_.Render(), HasSubstr("dropped_total 2\n"));
}

TEST_F(AccessLogTest, ThreadsNeverMixTheirLines) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 500;
  std::string text;
  {
    AccessLog log(pipe_.writer(), AccessLog::Level::kAll);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, &log] {
        for (int i = 0; i < kCalls; ++i) {
          log.Write(Entry("acme.MakeAnvil", refused_));
          if (i % 100 == 0) log.Flush();
        }
      });
    }
    std::thread reader([this, &text] {
      while (Lines(text).size() < kThreads * kCalls) text += pipe_.Read();
    });
    for (std::thread& thread : threads) thread.join();
    reader.join();
  }
  for (const std::string& line : Lines(text)) {
    EXPECT_EQ(nlohmann::json::parse(line)["reason"], reason::kNotAllowed);
  }
}

}  // namespace
}  // namespace tcgate
