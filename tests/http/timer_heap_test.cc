#include "service/http/timer_heap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

MonoTime At(int ms) { return MonoTime(milliseconds(ms)); }

struct TestTimer final : TimerHeap::Timer {
  TestTimer(int ms, int number) : Timer(At(ms)), id(number) {}
  void OnTime() override {}
  const int id;
};

std::vector<int> TakeAll(TimerHeap& heap, int now_ms) {
  std::vector<int> ids;
  while (TimerHeap::Timer* timer = heap.TakeDue(At(now_ms))) {
    ids.push_back(static_cast<TestTimer*>(timer)->id);
  }
  return ids;
}

TEST(TimerHeap, TimersComeByTimeAndThoseOfOneInstantInTheOrderAdded) {
  TestTimer a(20, 1), b(10, 2), c(20, 3), d(10, 4);
  TimerHeap heap;
  for (TestTimer* timer : {&a, &b, &c, &d}) heap.Add(*timer);
  EXPECT_THAT(TakeAll(heap, 100), ElementsAre(2, 4, 1, 3));
}

TEST(TimerHeap, ATimerIsDueAtItsInstantAndNotBefore) {
  TestTimer timer(10, 1);
  TimerHeap heap;
  heap.Add(timer);
  EXPECT_THAT(TakeAll(heap, 9), ElementsAre());
  EXPECT_THAT(TakeAll(heap, 10), ElementsAre(1));
  EXPECT_EQ(heap.Next(), nullptr);
}

// Against the plainest model there is: a sorted list.
TEST(TimerHeap, AnyMixOfAddingAndRemovingKeepsTheOrder) {
  std::mt19937 random(20221125);
  for (int round = 0; round < 200; ++round) {
    TimerHeap heap;
    std::vector<std::unique_ptr<TestTimer>> timers;
    std::vector<TestTimer*> in_heap;
    for (int step = 0; step < 100; ++step) {
      if (in_heap.empty() || random() % 3 != 0) {
        timers.push_back(
            std::make_unique<TestTimer>(static_cast<int>(random() % 30), step));
        heap.Add(*timers.back());
        in_heap.push_back(timers.back().get());
      } else {
        const auto victim = in_heap.begin() + static_cast<std::ptrdiff_t>(
                                                  random() % in_heap.size());
        heap.Remove(**victim);
        in_heap.erase(victim);
      }
    }
    std::stable_sort(in_heap.begin(), in_heap.end(),
                     [](const TestTimer* a, const TestTimer* b) {
                       return a->when < b->when;
                     });
    std::vector<int> expected;
    for (const TestTimer* timer : in_heap) expected.push_back(timer->id);
    ASSERT_EQ(TakeAll(heap, 30), expected) << "round " << round;
  }
}

}  // namespace
}  // namespace tcgate
