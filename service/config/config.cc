#include "service/config/config.h"

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "service/base/read_file.h"
#include "service/config/read_message.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {

namespace pb = ::tcgate::config::v1;

absl::StatusOr<ConfigPtr> LoadConfig(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  return ParseConfig(*text, path);
}

absl::StatusOr<ConfigPtr> ParseConfig(absl::string_view text,
                                      absl::string_view name) {
  Faults faults((std::string(name)));
  auto config = std::make_unique<pb::Config>();
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.size() > 1) {
      faults.Add(documents[1].Mark().line + 1, "",
                 "a second document begins here; there may be one");
    }
    ReadMessage(documents.empty() ? YAML::Node() : documents[0], {"", 1},
                *config, faults);
  } catch (const YAML::Exception& error) {
    faults.Add(error.mark.line + 1, "", error.msg);
  }
  if (!faults.empty()) return absl::InvalidArgumentError(faults.Text());
  return config;
}

}  // namespace tcgate
