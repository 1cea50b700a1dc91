// Hits on several threads while another fills, writes and evicts: the accounts
// never cross, and who starts after a write has ended sees nothing older.
// Worth most under ThreadSanitizer.

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/replies/replies_fixture.h"

namespace tcgate {
namespace {

constexpr int kBodies = 40;
constexpr int kSteps = 100'000;

class RepliesStressTest : public RepliesTest {
 protected:
  struct Seen {
    int hits = 0;
    int wrong = 0;
    int old = 0;
  };

  RepliesStressTest() {
    limits_.bytes = 16 << 10;  // Not enough for all.
    limits_.stale_while_revalidate = std::chrono::seconds(10);
    Build();
  }

  ReplyRequest For(std::size_t account, const std::string& body) const {
    ReplyRequest request = Read(demo_.read_a, body);
    request.account = &demo_.accounts[account];
    return request;
  }

  void FindUntilDone(std::uint32_t seed, Seen& seen) {
    std::mt19937 random(seed);
    while (!done_) {
      const std::size_t account = random() % 2;
      const std::string body = absl::StrCat(random() % kBodies);
      const int least = ended_[account];
      const auto hit = replies_->Find(For(account, body));
      if (!hit.has_value()) continue;
      ++seen.hits;
      const std::vector<std::string> parts =
          absl::StrSplit(*hit->answer->wire, ' ');
      int version = -1;
      if (parts.size() != 3 || parts[0] != demo_.accounts[account].name ||
          parts[1] != body || !absl::SimpleAtoi(parts[2], &version)) {
        ++seen.wrong;
      }
      if (version < least) ++seen.old;
    }
  }

  // What the loop's thread does.
  void FillAndWrite() {
    std::mt19937 random(7);
    int version[2] = {0, 0};
    for (int step = 0; step < kSteps; ++step) {
      const std::size_t account = random() % 2;
      if (random() % 50 == 0) {
        Outcome outcome;
        outcome.ran = random() % 2 == 0 ? Ran::kYes : Ran::kNo;
        if (outcome.ran == Ran::kNo) outcome.code = absl::StatusCode::kAborted;
        Generations& generations = replies_->generations();
        generations.Sent(demo_.accounts[account], demo_.write_a);
        ++version[account];
        generations.Ended(demo_.accounts[account], demo_.write_a, outcome,
                          clock_.MonoNow());
        ended_[account] = version[account];
        // Past the time in which nothing is stored.
        clock_.Advance(std::chrono::seconds(1));
        continue;
      }
      const std::string body = absl::StrCat(random() % kBodies);
      auto way = replies_->Get(For(account, body));
      if (Lead* lead = std::get_if<Lead>(&way)) {
        lead->ticket.Finish(Says(absl::StrCat(demo_.accounts[account].name, " ",
                                              body, " ", version[account])));
      }
    }
    done_ = true;
  }

  std::atomic<int> ended_[2] = {0, 0};
  std::atomic<bool> done_ = false;
};

TEST_F(RepliesStressTest, NothingCrossesAndNothingIsOlderThanAWriteThatEnded) {
  Seen seen[2];
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < 2; ++i) {
    threads.emplace_back([this, i, &seen] { FindUntilDone(i + 1, seen[i]); });
  }
  FillAndWrite();
  for (std::thread& thread : threads) thread.join();
  for (const Seen& each : seen) {
    EXPECT_GT(each.hits, 0);
    EXPECT_EQ(each.wrong, 0);
    EXPECT_EQ(each.old, 0);
  }
}

}  // namespace
}  // namespace tcgate
