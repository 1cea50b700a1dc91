// Many calls against one host on virtual time: what `Next`, `AttemptTimeout`,
// `RetryBudget` and the breaker do together. Calls come at random, below the
// quota; each attempt ends as drawn.

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <map>
#include <random>
#include <vector>

#include "service/gateway/next.h"
#include "service/gateway/retry_budget.h"
#include "service/upstream/breaker.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kForever{1'000'000};

// How an attempt ends if it is given time enough.
struct Fate {
  milliseconds takes;
  Outcome outcome;
};

Fate Answered() {
  Fate fate{milliseconds(40), {}};
  fate.outcome.decided_by = DecidedBy::kVendor;
  fate.outcome.ran = Ran::kYes;
  return fate;
}

Fate Faulty(int kind) {
  switch (kind) {
    case 0:  // Longer than any time-out.
      return {kForever, {}};
    case 1: {  // A limit.
      Fate fate{milliseconds(20), {}};
      fate.outcome = Refusal(absl::StatusCode::kResourceExhausted,
                             "RequestLimitExceeded", "");
      fate.outcome.decided_by = DecidedBy::kVendor;
      return fate;
    }
    default: {  // Reset, truncated, 5xx: now or later.
      Fate fate{milliseconds(20 * kind), {}};
      fate.outcome =
          Refusal(absl::StatusCode::kUnavailable, reason::kUpstreamBroken, "");
      fate.outcome.ran = Ran::kMaybe;
      return fate;
    }
  }
}

class Simulation {
 public:
  using Draw = std::function<Fate(MonoTime now, std::mt19937_64& random)>;

  Simulation(unsigned seed, double per_second, Draw draw, bool with_breaker)
      : random_(seed),
        gap_(per_second),
        draw_(std::move(draw)),
        with_breaker_(with_breaker) {}

  void Run(seconds length) {
    const MonoTime end = start_ + length;
    for (MonoTime next = start_; next < end;) {
      next += std::chrono::duration_cast<MonoTime::duration>(
          std::chrono::duration<double>(gap_(random_)));
      events_.emplace(next, [this] { Arrive(); });
    }
    while (!events_.empty()) {
      const auto event = events_.begin();
      now_ = event->first;
      const std::function<void()> job = std::move(event->second);
      events_.erase(event);
      job();
    }
  }

  // Since the start, in seconds of it.
  struct Second {
    int calls = 0;
    int failed_calls = 0;  // By when they came.
    int attempts = 0;
  };
  Second& At(MonoTime when) {
    const auto second = static_cast<std::size_t>((when - start_) / seconds(1));
    if (seconds_.size() <= second) seconds_.resize(second + 1);
    return seconds_[second];
  }
  Second Sum(std::size_t from, std::size_t to) {
    Second sum;
    for (std::size_t i = from; i < to && i < seconds_.size(); ++i) {
      sum.calls += seconds_[i].calls;
      sum.failed_calls += seconds_[i].failed_calls;
      sum.attempts += seconds_[i].attempts;
    }
    return sum;
  }

  MonoTime start() const { return start_; }

 private:
  struct Call {
    MonoTime came;
    MonoTime deadline;
    int attempts = 0;
  };

  void Arrive() {
    ++At(now_).calls;
    Attempt({now_, now_ + seconds(5), 0});
  }

  milliseconds Left(const Call& call) const {
    return std::chrono::duration_cast<milliseconds>(call.deadline - now_);
  }

  void Attempt(Call call) {
    if (with_breaker_) {
      if (!breaker_.Admits(now_)) return Fail(call);
      breaker_.Enter(now_);
    }
    ++At(now_).attempts;
    ++call.attempts;
    const milliseconds left = Left(call);
    const milliseconds timeout =
        AttemptTimeout(Effect::kRead, left, budget_.Affords());
    Fate fate = draw_(now_, random_);
    if (fate.takes >= timeout) {
      fate.takes = timeout;
      fate.outcome =
          Refusal(timeout < left ? absl::StatusCode::kUnavailable
                                 : absl::StatusCode::kDeadlineExceeded,
                  reason::kUpstreamTimeout, "");
      fate.outcome.ran = Ran::kMaybe;
    }
    const MonoTime began = now_;
    events_.emplace(now_ + fate.takes, [this, call, fate, began] {
      Ended(call, fate.outcome, began);
    });
  }

  void Ended(const Call& call, const Outcome& outcome, MonoTime began) {
    breaker_.Ended(outcome.decided_by != DecidedBy::kVendor, began, now_);
    if (Earns(outcome)) budget_.Earn();
    AttemptState state;
    state.effect = Effect::kRead;
    state.attempts = call.attempts;
    state.left = Left(call);
    state.budget = budget_.Affords();
    state.draw = std::uniform_real_distribution<double>()(random_);
    const Step step = Next(state, outcome);
    if (step.kind == Step::Kind::kStop) {
      if (!outcome.ok()) Fail(call);
      return;
    }
    budget_.Spend();
    events_.emplace(now_ + step.wait, [this, call] { Attempt(call); });
  }

  void Fail(const Call& call) { ++At(call.came).failed_calls; }

  const MonoTime start_{std::chrono::hours(1)};
  MonoTime now_ = start_;
  std::mt19937_64 random_;
  std::exponential_distribution<double> gap_;
  const Draw draw_;
  const bool with_breaker_;
  std::multimap<MonoTime, std::function<void()>> events_;
  std::vector<Second> seconds_;
  RetryBudget budget_;
  Breaker breaker_;
};

// Five kinds of fault in equal shares, 30 % together.
Fate ThirtyPercent(MonoTime /*now*/, std::mt19937_64& random) {
  const double drawn = std::uniform_real_distribution<double>()(random);
  return drawn < 0.3 ? Faulty(static_cast<int>(drawn / 0.06)) : Answered();
}

TEST(AttemptsSimulation, ReadsSurviveThirtyPercentOfFaults) {
  int calls = 0;
  int failed = 0;
  for (unsigned seed = 0; seed < 20; ++seed) {
    for (const double rate : {5.0, 20.0, 200.0}) {
      Simulation simulation(seed, rate, ThirtyPercent, true);
      simulation.Run(seconds(60));
      const Simulation::Second sum = simulation.Sum(0, 100);
      calls += sum.calls;
      failed += sum.failed_calls;
    }
  }
  std::printf("%d of %d calls failed: %.4f %%\n", failed, calls,
              100.0 * failed / calls);
  EXPECT_GT(calls, 200'000);
  EXPECT_LE(failed, calls / 1000);
}

class OutageTest : public testing::TestWithParam<int> {};  // `Faulty`.

// From the 20th to the 40th second nothing succeeds.
TEST_P(OutageTest, IsNotAmplifiedAndItsEndIsSeen) {
  for (const bool with_breaker : {false, true}) {
    for (unsigned seed = 0; seed < 20; ++seed) {
      const MonoTime start{std::chrono::hours(1)};
      const auto draw = [start](MonoTime now, std::mt19937_64&) {
        const bool out =
            now >= start + seconds(20) && now < start + seconds(40);
        return out ? Faulty(GetParam()) : Answered();
      };
      Simulation simulation(seed, 100, draw, with_breaker);
      simulation.Run(seconds(60));
      const Simulation::Second normal = simulation.Sum(5, 20);
      const Simulation::Second out = simulation.Sum(25, 40);
      EXPECT_LE(out.attempts / 15.0, 1.1 * normal.attempts / 15.0) << seed;
      if (with_breaker) {
        EXPECT_LE(out.attempts, 15 * 20) << seed;
      }
      EXPECT_EQ(normal.failed_calls, 0);
      // From 2 s after its end on.
      EXPECT_EQ(simulation.Sum(42, 60).failed_calls, 0) << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, OutageTest, testing::Values(0, 2, 4));

}  // namespace
}  // namespace tcgate
