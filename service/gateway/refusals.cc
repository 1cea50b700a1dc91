#include "service/gateway/refusals.h"

#include <chrono>

#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

// Chosen, as that of judge.cc: most calls are shorter.
constexpr std::chrono::milliseconds kWait{1000};

}  // namespace

Outcome Overloaded(const char* key) {
  Outcome outcome =
      Refusal(absl::StatusCode::kResourceExhausted, reason::kOverloaded,
              absl::StrCat("tcgate has as much in flight as ", key,
                           " allows: try again later"));
  outcome.metadata = {{"limit", key}};
  outcome.retry_after = kWait;
  return outcome;
}

Outcome NotCached(const Action& action) {
  return Refusal(
      absl::StatusCode::kFailedPrecondition, reason::kNotCached,
      absl::StrCat("no reply of ", action.label,
                   " is stored that would do, and the call said "
                   "only-if-cached: call without it to ask the vendor"));
}

Outcome Cancelled(Ran ran) {
  Outcome outcome = Refusal(absl::StatusCode::kCancelled, "",
                            "the client cancelled the call");
  outcome.ran = ran;
  return outcome;
}

Outcome LeftBehind(const Action& action, Ran ran) {
  if (ran == Ran::kNo) {
    return Refusal(absl::StatusCode::kDeadlineExceeded,
                   reason::kDeadlineTooShort,
                   "the deadline of the call passed before the vendor was "
                   "asked: give it more time");
  }
  Outcome outcome =
      Refusal(absl::StatusCode::kDeadlineExceeded, reason::kUpstreamTimeout,
              "the vendor did not answer before the deadline of the call, "
              "which waited with others for one request");
  outcome.ran = Ran::kMaybe;
  if (action.effect == Effect::kWrite) {
    outcome.reason = reason::kOutcomeUnknown;
    outcome.metadata = {{"cause", reason::kUpstreamTimeout}};
    absl::StrAppend(&outcome.message,
                    "; the action may have run: look before repeating it");
  }
  return outcome;
}

void ForWhoWaitsLonger(Outcome& outcome) {
  if (outcome.reason == reason::kOutcomeUnknown) {
    outcome.code = absl::StatusCode::kUnknown;
    return;
  }
  outcome.code = absl::StatusCode::kUnavailable;
  outcome.retry_after = kWait;
  if (outcome.reason == reason::kDeadlineTooShort) {
    outcome.reason = reason::kUpstreamUnreachable;
    outcome.message =
        "the vendor was not reached before the deadline of the call that asked "
        "first";
  }
}

}  // namespace tcgate
