#include "service/http/warm_policy.h"

#include <algorithm>

namespace tcgate {

int WarmPolicy::Wanted(MonoTime now, int in_flight, int open) {
  if (ready_ <= 0 || now < not_before_) return 0;
  // Half of what is to be ready may be used up before more is opened, or each
  // call more would open one connection more.
  const int wanted = std::min(in_flight + ready_, most_);
  if (open >= std::min(in_flight + (ready_ + 1) / 2, most_)) return 0;
  not_before_ = now + kNotBefore;
  return wanted;
}

}  // namespace tcgate
