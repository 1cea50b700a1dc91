#include "service/quota/limit_error.h"

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace tcgate {

LimitError LimitErrorOf(const Outcome& outcome) {
  if (outcome.ok() || outcome.decided_by != DecidedBy::kVendor) {
    return LimitError::kNone;
  }
  const absl::string_view code = outcome.reason;
  if (code == "RequestLimitExceeded") return LimitError::kAction;
  if (code == "RequestLimitExceeded.IPLimitExceeded") {
    return LimitError::kAddress;
  }
  if (absl::StartsWith(code, "RequestLimitExceeded.")) {
    return LimitError::kAccount;
  }
  // Documented with actions that have a limit of their own. Not
  // `LimitExceeded.ConcurrencyLimit`: that counts what runs, not what starts.
  if (code == "OperationDenied.FreqOverLimit" ||
      code == "FailedOperation.RestrictedFrequency") {
    return LimitError::kAction;
  }
  return LimitError::kNone;
}

}  // namespace tcgate
