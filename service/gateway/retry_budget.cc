#include "service/gateway/retry_budget.h"

#include <algorithm>

namespace tcgate {

void RetryBudget::Earn() { tenths_ = std::min(kMost, tenths_ + kSuccess); }

}  // namespace tcgate
