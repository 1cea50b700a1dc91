#include "service/upstream/breaker.h"

#include <algorithm>
#include <cstddef>

namespace tcgate {
namespace {

std::int64_t Number(MonoTime now, std::chrono::milliseconds slice) {
  return now.time_since_epoch() / slice;
}

}  // namespace

void Breaker::Enter(MonoTime now) {
  if (state_ == State::kClosed) return;
  state_ = State::kHalfOpen;
  next_probe_ = now + kProbeEvery;
}

void Breaker::Ended(bool failed, MonoTime began, MonoTime now) {
  if (began < since_) return;
  if (state_ == State::kClosed) {
    Count(failed, began, now);
    if (!failed || !ShouldOpen(now)) return;
    state_ = State::kOpen;
    since_ = now;
    next_probe_ = now + kProbeEvery;
  } else if (failed) {
    state_ = State::kOpen;
  } else {
    state_ = State::kClosed;
    since_ = now;
    slices_ = {};
    Count(failed, began, now);
  }
}

void Breaker::Count(bool failed, MonoTime began, MonoTime now) {
  const std::int64_t number = Number(began, kSlice);
  if (number <= Number(now, kSlice) - kSlices) return;
  Slice& slice = slices_[static_cast<std::size_t>(number % kSlices)];
  if (slice.number != number) slice = {number, 0, 0};
  ++slice.calls;
  slice.failures += failed ? 1 : 0;
}

bool Breaker::ShouldOpen(MonoTime now) const {
  const std::int64_t number = Number(now, kSlice);
  std::int64_t first = number;
  int calls = 0;
  int failures = 0;
  for (const Slice& slice : slices_) {
    if (slice.number <= number - kSlices) continue;
    first = std::min(first, slice.number);
    calls += slice.calls;
    failures += slice.failures;
  }
  // Four whole slices between the first and this one are two seconds.
  return calls >= kLeastCalls && 10 * failures >= kOpensAtTenths * calls &&
         number - first >= 5;
}

}  // namespace tcgate
