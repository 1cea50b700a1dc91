#include "service/config/config.h"

#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/config/read_message.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {

namespace pb = ::tcgate::config::v1;

absl::StatusOr<ConfigPtr> LoadConfig(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  char buffer[4096];
  while (file.read(buffer, sizeof(buffer)) || file.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(file.gcount()));
  }
  // A directory opens, and fails when it is read.
  if (!file.is_open() || file.bad()) {
    const std::error_code why(errno, std::generic_category());
    return absl::NotFoundError(
        absl::StrCat(path, ": cannot be read: ", why.message()));
  }
  return ParseConfig(text, path);
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
