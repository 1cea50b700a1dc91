// Any text as a configuration. It is read or refused, and a refusal names the
// file in each of its lines; what was read may be judged as a whole.

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "service/config/check.h"
#include "service/config/config.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void Read(absl::string_view text) {
  const absl::StatusOr<ConfigPtr> config = ParseConfig(text, "fuzz.yaml");
  if (config.ok()) {
    const std::vector<KnownAction> actions = {
        {"road.Run", false, std::chrono::milliseconds(0)},
        {"acme.GetIt", true, std::chrono::milliseconds(2000)}};
    for (const std::string& fault : CheckConfig(**config, actions)) {
      Check(!fault.empty());
    }
    return;
  }
  Check(absl::IsInvalidArgument(config.status()));
  for (const absl::string_view line :
       absl::StrSplit(config.status().message(), '\n')) {
    Check(absl::StartsWith(line, "fuzz.yaml:"));
  }
}

}  // namespace
}  // namespace tcgate

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  tcgate::Read({reinterpret_cast<const char*>(data), size});
  return 0;
}
