#include "service/gateway/next.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/match.h"
#include "service/upstream/vendor_codes.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;

// All chosen; the header says why.
constexpr milliseconds kBase{25};
constexpr milliseconds kCap{1000};
constexpr milliseconds kSlotJitter{50};
constexpr milliseconds kLeastLeft{20};
// From this many doublings on it is the cap.
constexpr int kMaxDoublings = 6;
static_assert(kBase * (1 << kMaxDoublings) >= kCap);

// What may help against a failure.
enum class Cure {
  kNone,
  kClock,
  kCredential,
  kSlot,       // Waiting for the next slot of the quota.
  kTime,       // Waiting.
  kHost,       // Another host, or waiting.
  kOtherHost,  // Only another host.
};

Cure CureOfVendorCode(absl::string_view code) {
  switch (LookUpVendorCode(code).retry) {
    case Retry::kNever:
      return Cure::kNone;
    case Retry::kOnce:
      return code == "AuthFailure.SignatureExpire" ? Cure::kClock
                                                   : Cure::kCredential;
    case Retry::kBackoff:
      return absl::StartsWith(code, "RequestLimitExceeded") ? Cure::kSlot
                                                            : Cure::kTime;
    case Retry::kIdempotent:
      return Cure::kTime;
  }
  return Cure::kNone;
}

Cure CureOf(const Outcome& outcome) {
  const std::string& why = outcome.reason;
  if (outcome.decided_by == DecidedBy::kVendor) return CureOfVendorCode(why);
  if (why == reason::kUpstreamTls) return Cure::kOtherHost;
  // The caller's own deadline has passed.
  if (outcome.code == absl::StatusCode::kDeadlineExceeded) return Cure::kNone;
  const bool of_the_host =
      why == reason::kUpstreamUnreachable || why == reason::kUpstreamBroken ||
      why == reason::kUpstreamTimeout || why == reason::kReplyInvalid;
  return of_the_host ? Cure::kHost : Cure::kNone;
}

milliseconds Jitter(double draw, milliseconds most) {
  return milliseconds(
      static_cast<std::int64_t>(draw * static_cast<double>(most.count())));
}

milliseconds Backoff(const AttemptState& state) {
  const int doublings = std::clamp(state.attempts - 1, 0, kMaxDoublings);
  return Jitter(state.draw, std::min(kCap, kBase * (1 << doublings)));
}

Step StepFor(Cure cure, const AttemptState& state) {
  switch (cure) {
    case Cure::kNone:
      return {};
    case Cure::kClock:
      if (state.corrected) return {};
      return {Step::Kind::kCorrectClock, milliseconds(0)};
    case Cure::kCredential:
      if (state.refreshed) return {};
      return {Step::Kind::kRefreshCredential, milliseconds(0)};
    case Cure::kSlot:
      if (!state.budget) return {};
      return {Step::Kind::kWaitThenRetry, Jitter(state.draw, kSlotJitter)};
    case Cure::kHost:
    case Cure::kOtherHost:
      if (state.other_host) {
        const milliseconds wait =
            state.attempts <= 1 ? milliseconds(0) : Backoff(state);
        return {Step::Kind::kNextHost, wait};
      }
      if (cure == Cure::kOtherHost) return {};
      [[fallthrough]];
    case Cure::kTime:
      if (!state.budget) return {};
      return {Step::Kind::kWaitThenRetry, Backoff(state)};
  }
  return {};
}

}  // namespace

Step Next(const AttemptState& state, const Outcome& outcome) {
  if (outcome.ok() || state.begun) return {};
  const bool may_run_again =
      outcome.ran == Ran::kNo ||
      (outcome.ran == Ran::kMaybe && state.effect != Effect::kWrite);
  if (!may_run_again) return {};
  const Step step = StepFor(CureOf(outcome), state);
  return step.wait + kLeastLeft <= state.left ? step : Step();
}

bool Earns(const Outcome& outcome) {
  return outcome.decided_by == DecidedBy::kVendor &&
         (outcome.ok() || CureOfVendorCode(outcome.reason) == Cure::kNone);
}

milliseconds AttemptTimeout(Effect effect, milliseconds left, bool affordable,
                            milliseconds read_timeout) {
  if (effect == Effect::kWrite || !affordable) return left;
  const milliseconds timeout = effect == Effect::kIdempotent
                                   ? std::max(read_timeout, left / 2)
                                   : read_timeout;
  return left < timeout + read_timeout / 4 ? left : timeout;
}

}  // namespace tcgate
