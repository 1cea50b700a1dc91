#ifndef TCGATE_SERVICE_CONFIG_CHECK_LISTEN_H_
#define TCGATE_SERVICE_CONFIG_CHECK_LISTEN_H_

#include <string>
#include <vector>

#include "service/config/config.h"

namespace tcgate {

// The part of `CheckConfig` that is about who can come through which listener:
// `listen`, `admin`, `proxies`, and `match` of the callers. Adds to `faults`.
void CheckListen(const config::v1::Config& config,
                 std::vector<std::string>& faults);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CONFIG_CHECK_LISTEN_H_
