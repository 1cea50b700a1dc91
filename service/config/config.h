#ifndef TCGATE_SERVICE_CONFIG_CONFIG_H_
#define TCGATE_SERVICE_CONFIG_CONFIG_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tcgate::config::v1 {
class Config;  // service/proto/tcgate/config/v1/config.proto documents it.
}  // namespace tcgate::config::v1

namespace tcgate {

class Faults;
class Places;

using ConfigPtr = std::unique_ptr<config::v1::Config>;

// Reads the text of a configuration file; every default is filled in. What is
// wrong is added to `faults`, each by place:
//   tcgate.yaml:12: accounts.default.site: "intl" is not one of mainland, ...
// and is not in the result. What needs more than one key is judged by
// `CheckConfig`; `places` is told what stands where. Empty text gives the
// defaults.
ConfigPtr ReadConfig(absl::string_view text, Faults& faults, Places& places);

// The same, for who wants all or nothing; `name` stands for the file in
// messages. Fails with kInvalidArgument and all faults, one a line.
absl::StatusOr<ConfigPtr> ParseConfig(absl::string_view text,
                                      absl::string_view name);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CONFIG_CONFIG_H_
