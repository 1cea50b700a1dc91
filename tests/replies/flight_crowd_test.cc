#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "service/replies/flight.h"
#include "service/replies/ticket.h"
#include "tests/support/virtual_loop.h"

namespace tcgate {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kCrowd = 10'000;

struct Count {
  int answered = 0;
  int left = 0;
  int outstanding = kCrowd;
};

Detached Waits(Loop& loop, std::shared_ptr<Flight> flight, MonoTime until,
               Cancellation& cancel, SharedBytes& wire, Count& count) {
  Task<bool> wait = flight->Wait(until, cancel);
  const bool ended = co_await wait;
  (ended ? count.answered : count.left) += 1;
  if (ended) wire = flight->answer().wire;
  if (--count.outstanding == 0) loop.Stop();
}

Detached Leaves(Loop& loop, MonoTime when, Cancellation& cancel,
                Cancellation& never) {
  co_await loop.SleepUntil(when, never);
  cancel.Request();
}

Detached Works(Loop& loop, Lead lead, MonoTime then, int& executions) {
  ++executions;
  co_await loop.SleepUntil(then, lead.flight->cancellation());
  Answer answer;
  answer.outcome.ran = Ran::kYes;
  answer.wire = std::make_shared<const std::string>("reply");
  lead.ticket.Finish(std::move(answer));
}

// 10,000 wait for one flight and one in a hundred leaves at a random moment:
// nobody else notices, and all have the very same bytes.
TEST(FlightCrowdTest, NobodyFailsWhoDidNotLeave) {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    VirtualLoop virtual_loop;
    Loop& loop = virtual_loop.loop;
    const MonoTime start = loop.Now();
    Lead lead = LeadAlone(loop, start + seconds(30));
    const std::shared_ptr<Flight> flight = lead.flight;
    std::deque<Cancellation> cancels(kCrowd);
    std::deque<Cancellation> nevers(kCrowd);
    std::deque<SharedBytes> wires(kCrowd);
    Count count;
    int executions = 0;
    int leavers = 0;
    Works(loop, std::move(lead), start + milliseconds(100), executions);
    for (std::size_t i = 0; i < kCrowd; ++i) {
      Waits(loop, flight, start + seconds(30), cancels[i], wires[i], count);
      if (random() % 100 == 0) {
        ++leavers;
        // Before the end, in its very round, and after it.
        const MonoTime when = start + milliseconds(1 + random() % 100);
        Leaves(loop, when, cancels[i], nevers[i]);
      }
    }
    loop.Run();
    EXPECT_EQ(executions, 1);
    EXPECT_EQ(count.answered + count.left, kCrowd);
    EXPECT_GE(count.answered, kCrowd - leavers);
    EXPECT_GT(count.left, 0);
    int same = 0;
    for (const SharedBytes& wire : wires) {
      same += wire != nullptr && wire == flight->answer().wire ? 1 : 0;
    }
    EXPECT_EQ(same, count.answered);
  }
}

// All of them have one deadline: the last to leave ends the flight.
TEST(FlightCrowdTest, ACrowdWithOneDeadlineLeavesWithoutALostWaiter) {
  VirtualLoop virtual_loop;
  Loop& loop = virtual_loop.loop;
  const MonoTime start = loop.Now();
  Lead lead = LeadAlone(loop, start + seconds(1));
  const std::shared_ptr<Flight> flight = lead.flight;
  std::deque<Cancellation> cancels(kCrowd);
  std::deque<SharedBytes> wires(kCrowd);
  Count count;
  int executions = 0;
  Works(loop, std::move(lead), start + milliseconds(1050), executions);
  for (std::size_t i = 0; i < kCrowd; ++i) {
    Waits(loop, flight, start + seconds(1), cancels[i], wires[i], count);
  }
  loop.Run();
  EXPECT_EQ(count.left, kCrowd - 1);
  EXPECT_EQ(count.answered, 1);
}

}  // namespace
}  // namespace tcgate
