#include "service/rpc/grpc_log.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>

#include "absl/strings/string_view.h"
#include "grpc/support/log.h"
#include "service/base/clock.h"

namespace tcgate {
namespace {

// Counts within seconds of the monotonic clock. Approximate under contention,
// which is good enough for a bound.
bool MayLog() {
  static std::atomic<std::int64_t> second{0};
  static std::atomic<int> lines{0};
  const std::int64_t now = std::chrono::duration_cast<std::chrono::seconds>(
                               SystemClock().MonoNow().time_since_epoch())
                               .count();
  if (second.exchange(now) != now) lines = 0;
  return lines.fetch_add(1) < kMostLogLines;
}

void LogPlace(gpr_log_func_args* args) {
  if (args->severity != GPR_LOG_SEVERITY_ERROR || !MayLog()) return;
  absl::string_view file = args->file;
  file.remove_prefix(file.rfind('/') + 1);
  std::fprintf(stderr, "tcgate: gRPC reports an error at %.*s:%d\n",
               static_cast<int>(file.size()), file.data(), args->line);
}

}  // namespace

void LogOnlyPlacesOfGrpcErrors() {
  gpr_set_log_function(LogPlace);
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
}

}  // namespace tcgate
