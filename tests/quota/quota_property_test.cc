// Random calls of random callers to several buckets, with random deadlines,
// cancellations, answers and lateness of the loop. A failing seed is printed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/quota/traffic.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

class QuotaProperties {
 public:
  explicit QuotaProperties(std::uint64_t seed) : traffic_(seed) {
    other_ = traffic_.action;
    other_.index = 1;
    other_.limit_calls = 5;
    late_ = milliseconds(Below(4) == 0 ? 5 : 1);
    traffic_.poller.lateness = [this] {
      return nanoseconds(static_cast<std::int64_t>(
          traffic_.Random() * static_cast<double>(late_.count())));
    };
    const int callers = 1 + Below(8);
    for (int i = 0; i < callers; ++i) {
      const int weight = 1 + Below(3);
      // The same callers in three buckets.
      for (int bucket = 0; bucket < 3; ++bucket) {
        Traffic::Caller caller;
        caller.id = absl::StrCat("caller ", i);
        caller.weight = weight;
        caller.host = bucket == 1 ? "other" : "host";
        caller.action = bucket == 2 ? &other_ : &traffic_.action;
        traffic_.callers.push_back(caller);
      }
    }
    errors_ = Below(3) == 0;
    traffic_.took = milliseconds(Below(200));
    traffic_.answer = [this](MonoTime) {
      Outcome outcome;
      if (errors_ && Below(20) == 0) {
        outcome =
            Refusal(absl::StatusCode::kResourceExhausted,
                    Below(2) == 0 ? "RequestLimitExceeded"
                                  : "RequestLimitExceeded.IPLimitExceeded",
                    "no");
        outcome.decided_by = DecidedBy::kVendor;
      }
      return outcome;
    };
  }

  void Play() {
    const MonoTime end = traffic_.loop.Now() + seconds(20);
    while (traffic_.loop.Now() < end) {
      for (int i = Below(4) == 0 ? Below(30) : 1; i > 0; --i) OneCall();
      traffic_.Run(milliseconds(Below(60)));
    }
    traffic_.Run(seconds(40));
  }

  void Check() {
    // Nobody is lost, nobody ends twice.
    EXPECT_EQ(traffic_.ended.size(), traffic_.calls);
    std::map<std::size_t, std::vector<MonoTime>> slots;  // By bucket.
    for (const Traffic::Ended& call : traffic_.ended) {
      const QuotaResult& result = call.result;
      const MonoTime left = call.came + result.waited;
      EXPECT_LE(left, call.deadline + late_ + milliseconds(1));
      if (result.outcome.ok()) {
        EXPECT_EQ(result.granted, left);
        EXPECT_LE(left, call.deadline);
        std::vector<MonoTime>& of = slots[call.caller % 3];
        // Where somebody waits no slot is left out.
        if (result.waited.count() > 0 && !errors_) {
          ASSERT_FALSE(of.empty());
          const nanoseconds interval =
              nanoseconds(seconds(1) + milliseconds(25)) /
              (call.caller % 3 == 2 ? 5 : 20);
          EXPECT_LE(left - of.back(), interval + late_ + milliseconds(1));
        }
        of.push_back(left);
      } else if (result.outcome.reason == reason::kQuotaExhausted) {
        EXPECT_GE(result.outcome.retry_after, milliseconds(10));
      } else {
        EXPECT_EQ(result.outcome.code, absl::StatusCode::kCancelled);
      }
    }
    EXPECT_LE(MostInAWindow(slots[0], seconds(1)), 20u);
    EXPECT_LE(MostInAWindow(slots[1], seconds(1)), 20u);
    EXPECT_LE(MostInAWindow(slots[2], seconds(1)), 5u);
    // No slot was used that nobody got, and nobody waits.
    const std::string text = traffic_.metrics.Render();
    const std::size_t used[] = {slots[0].size() + slots[1].size(),
                                slots[2].size()};
    for (int action = 0; action < 2; ++action) {
      const char* name = action == 0 ? "demo.Do" : "demo.Other";
      if (used[action] == 0) continue;
      EXPECT_THAT(text, HasSubstr(absl::StrCat(
                            "tcgate_quota_slots_used_total{action=\"", name,
                            "\"} ", used[action], "\n")));
      EXPECT_THAT(text, Not(HasSubstr(absl::StrCat(
                            "tcgate_quota_waiting{action=\"", name, "\"} 1"))));
    }
    // An idle bucket gives its slot at once: nothing of it was leaked.
    for (std::size_t i = 0; i < 3; ++i) {
      traffic_.Call(i, seconds(60));
      EXPECT_EQ(traffic_.ended.back().result.waited.count(), 0);
    }
    traffic_.Run(seconds(1));
  }

 private:
  int Below(int n) { return static_cast<int>(traffic_.Random() * n); }

  void OneCall() {
    const auto caller = static_cast<std::size_t>(
        Below(static_cast<int>(traffic_.callers.size())));
    const milliseconds patience(10 + Below(Below(3) == 0 ? 20'000 : 1500));
    Cancellation& cancel = cancellations_.emplace_back();
    if (Below(6) == 0) traffic_.CancelAfter(milliseconds(Below(1500)), cancel);
    traffic_.Call(caller, patience, cancel);
  }

  Traffic traffic_;
  Action other_;
  nanoseconds late_{0};
  bool errors_ = false;
  std::deque<Cancellation> cancellations_;
};

TEST(QuotaPropertyTest, NobodyIsLostNoSlotIsLeakedNoWindowIsExceeded) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    QuotaProperties properties(seed);
    properties.Play();
    properties.Check();
    if (testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace tcgate
