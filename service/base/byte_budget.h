#ifndef TCGATE_SERVICE_BASE_BYTE_BUDGET_H_
#define TCGATE_SERVICE_BASE_BYTE_BUDGET_H_

#include <atomic>
#include <cstddef>

namespace tcgate {

// Bytes that may be held at one time, by everything that takes from it.
// Thread-safe, lock-free.
class ByteBudget {
 public:
  explicit ByteBudget(std::size_t most) : most_(most) {}
  ByteBudget(const ByteBudget&) = delete;
  ByteBudget& operator=(const ByteBudget&) = delete;

  // Takes all of `bytes`, or none and returns false.
  bool TryTake(std::size_t bytes);
  void GiveBack(std::size_t bytes);

  std::size_t held() const { return held_.load(std::memory_order_relaxed); }
  std::size_t most() const { return most_; }

 private:
  const std::size_t most_;
  std::atomic<std::size_t> held_{0};
};

// What one owner holds of a budget; it goes back when this goes. Not
// thread-safe, but may move from thread to thread.
class ByteHold {
 public:
  // Holds nothing. Null: there is no bound, and nothing is counted. `budget`
  // must outlive it.
  explicit ByteHold(ByteBudget* budget = nullptr) : budget_(budget) {}
  ByteHold(ByteHold&& other) noexcept;
  ByteHold& operator=(ByteHold&& other) noexcept;
  ~ByteHold() { ShrinkTo(0); }

  // Holds `bytes` in all, if the budget has them; else holds what it did and
  // returns false. Less than it holds changes nothing.
  [[nodiscard]] bool GrowTo(std::size_t bytes);
  // Holds at most `bytes`.
  void ShrinkTo(std::size_t bytes);

  std::size_t bytes() const { return bytes_; }

 private:
  ByteBudget* budget_;
  std::size_t bytes_ = 0;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_BYTE_BUDGET_H_
