#ifndef TCGATE_TESTS_QUOTA_TRAFFIC_H_
#define TCGATE_TESTS_QUOTA_TRAFFIC_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "service/catalog/action.h"
#include "service/http/cancellation.h"
#include "service/http/loop.h"
#include "service/http/poller.h"
#include "service/http/task.h"
#include "service/quota/quota.h"
#include "service/telemetry/metrics.h"
#include "tests/support/fake_clock.h"

namespace tcgate {

// A poller on virtual time whose wait is as late as it is told.
class LatePoller final : public Poller {
 public:
  explicit LatePoller(FakeClock& clock) : clock_(clock) {}

  void Wait(std::chrono::milliseconds most) override {
    // Without a timer nothing would ever happen again.
    if (most == kForever) std::abort();
    clock_.Advance(most +
                   (lateness ? lateness() : std::chrono::nanoseconds(0)));
  }
  void RunReady() override {}
  void Wake() override {}

  std::function<std::chrono::nanoseconds()> lateness;

 private:
  FakeClock& clock_;
};

// Everything a quota needs, on virtual time, with calls that come in some
// pattern and what became of each.
class Traffic {
 public:
  struct Caller {
    std::string id;
    int weight = 1;
    std::chrono::nanoseconds every{0};     // A call each.
    std::chrono::nanoseconds patience{0};  // Until the deadline of each call.
    bool poisson = false;  // At random times, `every` apart on average.
    std::string group = "group";
    std::string host = "host";
    const Action* action = nullptr;  // Null: `Traffic::action`.
  };
  struct Ended {
    std::size_t caller = 0;
    MonoTime came;
    MonoTime deadline;
    QuotaResult result;
  };

  explicit Traffic(std::uint64_t seed = 1,
                   Quota::Options options = {100'000, 1 << 30});

  // A number in [0, 1).
  double Random();

  // A slot for a call of `callers[index]`. What became of it is added to
  // `ended`; where it is granted, its attempt ends after `took` with `answer`.
  Detached Call(std::size_t index, std::chrono::nanoseconds patience,
                Cancellation& cancel);
  Detached Call(std::size_t index, std::chrono::nanoseconds patience) {
    return Call(index, patience, never);
  }
  // Calls of one caller until `end`.
  Detached Send(std::size_t index, MonoTime end);
  Detached CancelAfter(std::chrono::nanoseconds time, Cancellation& cancel);
  // Lets time pass.
  void Run(std::chrono::nanoseconds time);
  // All callers send for `time`; then all that wait ends.
  void RunAll(std::chrono::nanoseconds time);

  // The slots that were granted, in order.
  std::vector<MonoTime> Slots() const;
  // How many were granted to each.
  std::vector<double> Shares() const;
  // Slots a second, from the first to the last.
  double Speed() const;
  std::size_t Refused() const;  // QUOTA_EXHAUSTED.
  // Of these, those that had waited.
  std::size_t RefusedLate() const;

  FakeClock clock;
  LatePoller poller{clock};
  Loop loop{clock, poller};
  Action action;  // 20 a second.
  Metrics metrics{{"demo.Do", "demo.Other"}};
  Quota quota;
  std::vector<Caller> callers;
  std::vector<Ended> ended;
  std::size_t calls = 0;                    // Begun.
  std::chrono::nanoseconds took{0};         // Of an attempt.
  std::function<Outcome(MonoTime)> answer;  // To one sent then; empty: success.
  Cancellation never;

 private:
  Detached StopAfter(std::chrono::nanoseconds time);

  std::uint64_t random_;
};

// The most of `slots` that lie in one window of `period`, whatever its phase.
std::size_t MostInAWindow(const std::vector<MonoTime>& slots,
                          std::chrono::nanoseconds period);

// Jain's index of fairness: 1 where all are equal.
double Jain(const std::vector<double>& shares);

}  // namespace tcgate

#endif  // TCGATE_TESTS_QUOTA_TRAFFIC_H_
