#include "service/quota/slowdown.h"

#include <algorithm>
#include <cmath>

namespace tcgate {
namespace {

using std::chrono::duration;
using std::chrono::duration_cast;
using std::chrono::nanoseconds;

// Chosen: who takes a part of the same limit elsewhere then costs an error in
// about four windows, and a single error is forgotten soon.
constexpr double kWindowsToHalve = 3;

}  // namespace

double Slowdown::Factor(MonoTime now) const {
  if (now >= recovered_) return 1;
  const double windows = duration<double>(now - slowed_) / window_;
  return std::max(1.0, factor_ * std::exp2(-windows / kWindowsToHalve));
}

bool Slowdown::Slow(MonoTime granted, MonoTime now) {
  if (granted <= slowed_ + window_) return false;
  factor_ = std::min(most_, 2 * Factor(now));
  slowed_ = now;
  recovered_ = now + duration_cast<nanoseconds>(
                         window_ * (kWindowsToHalve * std::log2(factor_)));
  return true;
}

}  // namespace tcgate
