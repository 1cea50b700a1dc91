#ifndef TCGATE_SERVICE_GATEWAY_ADMISSION_H_
#define TCGATE_SERVICE_GATEWAY_ADMISSION_H_

#include <atomic>
#include <cstddef>

namespace tcgate {

// Bounds the calls that are in flight and the bytes of their requests, so that
// a flood is refused while it is cheap: calls that wait make every other call
// dearer. Thread-safe, lock-free.
class Admission {
 public:
  Admission(int max_calls, std::size_t max_bytes)
      : max_calls_(max_calls), max_bytes_(max_bytes) {}

  // Lets a call in, or returns false. One that is let in must `Leave` with the
  // same `bytes`. A call alone is let in whatever its size.
  bool TryEnter(std::size_t bytes);
  void Leave(std::size_t bytes);

  int calls() const { return calls_.load(std::memory_order_relaxed); }

 private:
  const int max_calls_;
  const std::size_t max_bytes_;
  std::atomic<int> calls_{0};
  std::atomic<std::size_t> bytes_{0};
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_ADMISSION_H_
