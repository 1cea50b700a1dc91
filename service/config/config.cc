#include "service/config/config.h"

#include <string>

#include "service/base/read_file.h"
#include "service/config/load_yaml.h"
#include "service/config/read_message.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {

namespace pb = ::tcgate::config::v1;

absl::StatusOr<ConfigPtr> LoadConfig(const std::string& path, Places* places) {
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  return ParseConfig(*text, path, places);
}

absl::StatusOr<ConfigPtr> ParseConfig(absl::string_view text,
                                      absl::string_view name, Places* places) {
  Faults faults((std::string(name)));
  Places unasked;
  auto config = std::make_unique<pb::Config>();
  try {
    const YAML::Node document = LoadYaml(std::string(text), faults);
    if (faults.empty()) {
      ReadMessage(document, {"", 1}, *config, faults,
                  places != nullptr ? *places : unasked);
    }
  } catch (const YAML::Exception& error) {
    faults.Add(error.mark.line + 1, "", error.msg);
  }
  if (!faults.empty()) return absl::InvalidArgumentError(faults.Text());
  return config;
}

}  // namespace tcgate
