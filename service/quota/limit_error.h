#ifndef TCGATE_SERVICE_QUOTA_LIMIT_ERROR_H_
#define TCGATE_SERVICE_QUOTA_LIMIT_ERROR_H_

#include "service/base/outcome.h"

namespace tcgate {

// Which of the vendor's limits an attempt ran into.
enum class LimitError {
  kNone,
  kAction,   // That of the action: `RequestLimitExceeded` alone, or its own.
  kAccount,  // That of the account, over all actions.
  kAddress,  // That of the caller's address: of all accounts at one host.
};

// What `outcome` of an attempt says. Only the vendor says it. Codes of
// `RequestLimitExceeded` that are not known count as the account's.
LimitError LimitErrorOf(const Outcome& outcome);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_QUOTA_LIMIT_ERROR_H_
