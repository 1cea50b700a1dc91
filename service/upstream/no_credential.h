#ifndef TCGATE_SERVICE_UPSTREAM_NO_CREDENTIAL_H_
#define TCGATE_SERVICE_UPSTREAM_NO_CREDENTIAL_H_

#include <chrono>
#include <string>

#include "service/base/outcome.h"
#include "service/catalog/action.h"
#include "service/upstream/account.h"

namespace tcgate {

// INTERNAL, NO_CREDENTIAL: nothing was sent, since there is no key to sign with
// on the UTC day `date`.
Outcome NoCredential(const Account& account, const Product& product,
                     const std::string& date);

// The same where that day is the vendor's, whose clock is `ahead` of this
// machine's; negative: behind.
Outcome ClockTooWrong(const Account& account, const Product& product,
                      const std::string& date, std::chrono::seconds ahead);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_NO_CREDENTIAL_H_
