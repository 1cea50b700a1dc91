#include "tcgate/client/call_options.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "grpcpp/client_context.h"

namespace tcgate::client {
namespace {

// Narrower than what a header may hold, wide enough for every value that the
// gateway takes.
bool IsValueChar(unsigned char c) { return c > 0x20 && c < 0x7F && c != ','; }

absl::Status CheckValue(const char* option, const std::string& value) {
  if (std::all_of(value.begin(), value.end(), IsValueChar)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      option, " must be printable ASCII without blanks or commas"));
}

absl::Status Check(const CallOptions& options) {
  if (options.timeout < std::chrono::milliseconds::zero()) {
    return absl::InvalidArgumentError("timeout must not be negative");
  }
  absl::Status status = CheckValue("account", options.account);
  status.Update(CheckValue("region", options.region));
  status.Update(CheckValue("language", options.language));
  status.Update(CheckValue("traceparent", options.traceparent));
  for (const std::string& path : options.empty_lists) {
    if (path.empty()) {
      return absl::InvalidArgumentError("empty_lists: a path is empty");
    }
    status.Update(CheckValue("empty_lists", path));
  }
  return status;
}

}  // namespace

absl::Status Apply(const CallOptions& options, grpc::ClientContext& context) {
  absl::Status status = Check(options);
  if (!status.ok()) return status;
  const auto add = [&context](const char* key, const std::string& value) {
    if (!value.empty()) context.AddMetadata(key, value);
  };
  add("tcgate-account", options.account);
  add("tcgate-region", options.region);
  add("tcgate-language", options.language);
  add("tcgate-empty-list", absl::StrJoin(options.empty_lists, ","));
  add("traceparent", options.traceparent);
  if (options.timeout > std::chrono::milliseconds::zero()) {
    // Longer than the gateway takes, and short enough to be added to a clock.
    constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24);
    context.set_deadline(std::chrono::system_clock::now() +
                         std::min(options.timeout, kLongest));
  }
  return absl::OkStatus();
}

}  // namespace tcgate::client
