#ifndef TCGATE_SERVICE_CREDENTIALS_SIGNING_DAYS_H_
#define TCGATE_SERVICE_CREDENTIALS_SIGNING_DAYS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/base/clock.h"

namespace tcgate {

// Returns the UTC days, such as `2022-01-01`, whose keys are given out at
// `now`: today's, which comes first, tomorrow's from 23:45:00 on, and
// yesterday's until 00:15:00. So the gateway has the next key before midnight,
// and may follow the vendor's clock by as much as 15 minutes either way.
std::vector<std::string> SigningDays(WallTime now);

// Returns when the key of `day` is given out no longer: 00:15:00 of the next.
// Nothing if that is no day.
std::optional<WallTime> SigningEnd(absl::string_view day);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_SIGNING_DAYS_H_
