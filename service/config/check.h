#ifndef TCGATE_SERVICE_CONFIG_CHECK_H_
#define TCGATE_SERVICE_CONFIG_CHECK_H_

#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/config/config.h"

namespace tcgate {

// What the check knows of an action of the catalogue.
struct KnownAction {
  absl::string_view label;           // `product.Action`.
  bool read = false;                 // It changes nothing.
  std::chrono::milliseconds ttl{0};  // What its own option says; 0: never.
};

// Judges what needs more than one key: accounts, products, actions and sockets
// that are named and not there, entries that match nobody, plain text that
// other machines reach, times that contradict each other or an action's option.
// `actions` are all of the catalogue. Call it once flags have been applied.
// Returns all faults, each by path, `callers[0].account: ...`; none means the
// configuration holds.
std::vector<std::string> CheckConfig(const config::v1::Config& config,
                                     const std::vector<KnownAction>& actions);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CONFIG_CHECK_H_
