#include "service/gateway/next.h"

#include "service/upstream/judge.h"

namespace tcgate {
namespace {

// Chosen: the vendor counts its limits by the second, so a second later the
// window is another one.
constexpr std::chrono::milliseconds kWait{1000};
constexpr int kMaxAttempts = 2;

// A fault of the handshake is not among them: a wrong certificate stays wrong.
bool WaitingMayHelp(const Outcome& outcome) {
  if (outcome.ran != Ran::kNo) return false;
  if (outcome.decided_by == DecidedBy::kVendor) {
    return LookUpVendorCode(outcome.reason).retry == Retry::kBackoff;
  }
  return outcome.reason == reason::kUpstreamUnreachable ||
         outcome.reason == reason::kUpstreamBroken;
}

}  // namespace

Step Next(const AttemptState& state, const Outcome& outcome) {
  if (outcome.ok() || state.begun || state.attempts >= kMaxAttempts) return {};
  if (!WaitingMayHelp(outcome) || kWait >= state.left) return {};
  return {Step::Kind::kWaitThenRetry, kWait};
}

}  // namespace tcgate
