#ifndef TCGATE_SERVICE_CREDENTIALS_SIGNING_DAYS_H_
#define TCGATE_SERVICE_CREDENTIALS_SIGNING_DAYS_H_

#include <string>
#include <vector>

#include "service/base/clock.h"

namespace tcgate {

// Returns the UTC days, such as `2022-01-01`, whose keys are given out at
// `now`: today's, which comes first, tomorrow's from 23:45:00 on, and
// yesterday's until 00:15:00. So the gateway has the next key before midnight,
// and may follow the vendor's clock by as much as 15 minutes either way.
std::vector<std::string> SigningDays(WallTime now);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_SIGNING_DAYS_H_
