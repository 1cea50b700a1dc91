#include "service/base/byte_budget.h"

#include <utility>

namespace tcgate {

bool ByteBudget::TryTake(std::size_t bytes) {
  const std::size_t held = held_.fetch_add(bytes, std::memory_order_relaxed);
  if (bytes <= most_ && held <= most_ - bytes) return true;
  GiveBack(bytes);
  return false;
}

void ByteBudget::GiveBack(std::size_t bytes) {
  held_.fetch_sub(bytes, std::memory_order_relaxed);
}

ByteHold::ByteHold(ByteHold&& other) noexcept
    : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}

ByteHold& ByteHold::operator=(ByteHold&& other) noexcept {
  if (this == &other) return *this;
  ShrinkTo(0);
  budget_ = other.budget_;
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

bool ByteHold::GrowTo(std::size_t bytes) {
  if (bytes <= bytes_) return true;
  if (budget_ != nullptr && !budget_->TryTake(bytes - bytes_)) return false;
  bytes_ = bytes;
  return true;
}

void ByteHold::ShrinkTo(std::size_t bytes) {
  if (bytes >= bytes_) return;
  if (budget_ != nullptr) budget_->GiveBack(bytes_ - bytes);
  bytes_ = bytes;
}

}  // namespace tcgate
