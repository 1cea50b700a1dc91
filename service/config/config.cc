#include "service/config/config.h"

#include <string>

#include "service/config/faults.h"
#include "service/config/load_yaml.h"
#include "service/config/places.h"
#include "service/config/read_message.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {

namespace pb = ::tcgate::config::v1;

ConfigPtr ReadConfig(absl::string_view text, Faults& faults, Places& places) {
  auto config = std::make_unique<pb::Config>();
  try {
    const YAML::Node document = LoadYaml(std::string(text), faults);
    if (faults.empty()) ReadMessage(document, {"", 1}, *config, faults, places);
  } catch (const YAML::Exception& error) {
    faults.Add(error.mark.line + 1, "", error.msg);
  }
  return config;
}

absl::StatusOr<ConfigPtr> ParseConfig(absl::string_view text,
                                      absl::string_view name) {
  Faults faults((std::string(name)));
  Places places;
  ConfigPtr config = ReadConfig(text, faults, places);
  if (!faults.empty()) return absl::InvalidArgumentError(faults.Text());
  return config;
}

}  // namespace tcgate
