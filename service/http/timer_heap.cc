#include "service/http/timer_heap.h"

namespace tcgate {

bool TimerHeap::Before(const Timer& a, const Timer& b) {
  return a.when != b.when ? a.when < b.when : a.order < b.order;
}

void TimerHeap::Add(Timer& timer) {
  timer.order = added_++;
  heap_.push_back(&timer);
  MoveUp(heap_.size() - 1, &timer);
}

void TimerHeap::Remove(Timer& timer) {
  Timer* const last = heap_.back();
  heap_.pop_back();
  if (last == &timer) return;
  // The last takes the gap; which way it has to go depends on where it is from.
  const std::size_t gap = timer.place;
  if (Before(*last, timer)) {
    MoveUp(gap, last);
  } else {
    MoveDown(gap, last);
  }
}

TimerHeap::Timer* TimerHeap::TakeDue(MonoTime now) {
  if (heap_.empty() || heap_.front()->when > now) return nullptr;
  Timer* const due = heap_.front();
  Remove(*due);
  return due;
}

void TimerHeap::Put(std::size_t place, Timer* timer) {
  heap_[place] = timer;
  timer->place = place;
}

void TimerHeap::MoveUp(std::size_t place, Timer* timer) {
  while (place > 0) {
    const std::size_t parent = (place - 1) / 2;
    if (!Before(*timer, *heap_[parent])) break;
    Put(place, heap_[parent]);
    place = parent;
  }
  Put(place, timer);
}

void TimerHeap::MoveDown(std::size_t place, Timer* timer) {
  for (;;) {
    std::size_t child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && Before(*heap_[child + 1], *heap_[child])) {
      ++child;
    }
    if (!Before(*heap_[child], *timer)) break;
    Put(place, heap_[child]);
    place = child;
  }
  Put(place, timer);
}

}  // namespace tcgate
