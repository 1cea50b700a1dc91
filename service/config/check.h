#ifndef TCGATE_SERVICE_CONFIG_CHECK_H_
#define TCGATE_SERVICE_CONFIG_CHECK_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/config/config.h"

namespace tcgate {

// Judges what needs more than one key: accounts, products and actions that are
// named and not there, entries that match nobody, times that contradict each
// other. `action_labels` are all of the catalogue,
// `product.Action`. Call it once flags have been applied. Returns all faults,
// each by path, `callers[0].account: ...`; none means the configuration holds.
std::vector<std::string> CheckConfig(
    const config::v1::Config& config,
    const std::vector<absl::string_view>& action_labels);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CONFIG_CHECK_H_
