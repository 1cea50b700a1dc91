#ifndef TCGATE_SERVICE_CONFIG_IDLE_KEYS_H_
#define TCGATE_SERVICE_CONFIG_IDLE_KEYS_H_

#include <string>

#include "service/config/config.h"

namespace tcgate {

// Returns the keys that this version reads and checks, that differ from their
// default, and that do nothing yet, as `accounts.prod.share, cache.ttl`; empty
// if there are none. Whoever sets one must be told.
std::string IdleKeys(const config::v1::Config& config);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CONFIG_IDLE_KEYS_H_
