#ifndef TCGATE_SERVICE_HTTP_TIMER_HEAP_H_
#define TCGATE_SERVICE_HTTP_TIMER_HEAP_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "service/base/clock.h"

namespace tcgate {

// Timers by the time they are due; those of one instant in the order added. A
// binary heap of pointers: each timer knows its place, so that one that is
// cancelled, as most deadlines are, leaves at once. Not thread-safe.
class TimerHeap {
 public:
  // A timer lives in what waits for it, such as a coroutine's frame, and must
  // not go while it is in a heap.
  struct Timer {
    explicit Timer(MonoTime due) : when(due) {}
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    // Its time has come; it is no longer in the heap.
    virtual void OnTime() = 0;

    const MonoTime when;
    // The heap's own.
    std::uint64_t order = 0;
    std::size_t place = 0;

   protected:
    ~Timer() = default;
  };

  // REQUIRES: `timer` is in no heap.
  void Add(Timer& timer);
  // REQUIRES: `timer` is in this heap.
  void Remove(Timer& timer);

  // The timer due first, or null.
  const Timer* Next() const { return heap_.empty() ? nullptr : heap_.front(); }
  // Takes out the timer due first if that is at `now` or before, else null.
  Timer* TakeDue(MonoTime now);

 private:
  static bool Before(const Timer& a, const Timer& b);
  void Put(std::size_t place, Timer* timer);
  void MoveUp(std::size_t place, Timer* timer);
  void MoveDown(std::size_t place, Timer* timer);

  std::vector<Timer*> heap_;
  std::uint64_t added_ = 0;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_TIMER_HEAP_H_
