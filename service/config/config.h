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

class Places;

using ConfigPtr = std::unique_ptr<config::v1::Config>;

// Reads a configuration file; every default is filled in. Fails with
// kInvalidArgument and all faults of the file, one a line, each by place:
//   tcgate.yaml:12: accounts.default.site: "intl" is not one of mainland, ...
// or with kNotFound if the file cannot be read. What needs more than the file
// is judged by `CheckConfig`. `places`, if not null, is told what stands where.
absl::StatusOr<ConfigPtr> LoadConfig(const std::string& path,
                                     Places* places = nullptr);

// The same for text; `name` stands for the file in messages. Empty text gives
// the defaults.
absl::StatusOr<ConfigPtr> ParseConfig(absl::string_view text,
                                      absl::string_view name,
                                      Places* places = nullptr);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CONFIG_CONFIG_H_
