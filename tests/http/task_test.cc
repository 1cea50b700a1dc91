#include "service/http/task.h"

#include <gtest/gtest.h>

#include <coroutine>
#include <memory>
#include <string>

namespace tcgate {
namespace {

// As long as a busy gateway runs; with a stack frame a round it would crash.
constexpr int kRounds = 100'000;

// Suspends until somebody resumes `waiter`.
struct Gate {
  std::coroutine_handle<> waiter;

  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> self) { waiter = self; }
  void await_resume() const {}
};

Task<int> Ready(int value) { co_return value; }

Task<int> Suspended(Gate& gate, int value) {
  co_await gate;
  co_return value;
}

Task<int> Outer(Gate& gate, int value) {
  Task<int> inner = Suspended(gate, value);
  const int result = co_await inner;
  co_return result + 1;
}

Detached SumReady(long& sum) {
  for (int i = 0; i < kRounds; ++i) sum += co_await Ready(1);
}

Detached SumSuspended(Gate& gate, long& sum) {
  for (int i = 0; i < kRounds; ++i) sum += co_await Suspended(gate, 1);
}

Detached SumMixed(Gate& gate, long& sum) {
  for (int i = 0; i < kRounds; ++i) {
    sum += co_await Ready(1);
    sum += co_await Outer(gate, 1);
  }
}

TEST(Task, AwaitingAReadyChildUsesConstantStack) {
  long sum = 0;
  SumReady(sum);
  EXPECT_EQ(sum, kRounds);
}

TEST(Task, AwaitingASuspendedChildUsesConstantStack) {
  Gate gate;
  long sum = 0;
  SumSuspended(gate, sum);
  for (int i = 0; i < kRounds; ++i) gate.waiter.resume();
  EXPECT_EQ(sum, kRounds);
}

TEST(Task, AwaitingBothByTurnsUsesConstantStack) {
  Gate gate;
  long sum = 0;
  SumMixed(gate, sum);
  for (int i = 0; i < kRounds; ++i) gate.waiter.resume();
  EXPECT_EQ(sum, 3 * kRounds);
}

Task<int> Count(int& started) {
  ++started;
  co_return started;
}

TEST(Task, StartsWhenItIsAwaitedAndNotBefore) {
  int started = 0;
  {
    const Task<int> never_awaited = Count(started);
  }
  EXPECT_EQ(started, 0);
}

Task<std::unique_ptr<std::string>> Make(std::string text) {
  co_return std::make_unique<std::string>(std::move(text));
}

Detached Keep(std::unique_ptr<std::string>& result) {
  Task<std::unique_ptr<std::string>> making = Make("moved, never copied");
  result = co_await making;
}

TEST(Task, MovesItsValueOut) {
  std::unique_ptr<std::string> result;
  Keep(result);
  ASSERT_NE(result, nullptr);
  EXPECT_EQ(*result, "moved, never copied");
}

}  // namespace
}  // namespace tcgate
