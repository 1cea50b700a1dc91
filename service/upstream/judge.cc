#include "service/upstream/judge.h"

#include <chrono>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

using absl::StatusCode;

// Chosen: the vendor counts its limits by the second, so a second later the
// window is another one.
constexpr std::chrono::milliseconds kWait{1000};

// Chosen: the time of an attempt that may be repeated (gateway/next.h).
constexpr std::chrono::seconds kPatience{2};

// A fault and what it means where nothing argues against it.
struct Fault {
  const char* reason;
  const char* label;  // `reason` in lower case.
  StatusCode code;
  const char* text;  // Follows the host.
};

constexpr Fault kUnreachable = {
    reason::kUpstreamUnreachable, "upstream_unreachable",
    StatusCode::kUnavailable, "cannot be reached; nothing was sent"};
constexpr Fault kTls = {
    reason::kUpstreamTls, "upstream_tls", StatusCode::kUnavailable,
    "failed the TLS handshake: check the account's endpoint and ca_file"};
constexpr Fault kAttemptTimeout = {reason::kUpstreamTimeout, "upstream_timeout",
                                   StatusCode::kUnavailable,
                                   "did not answer in the time of an attempt"};
constexpr Fault kCallTimeout = {
    reason::kUpstreamTimeout, "upstream_timeout", StatusCode::kDeadlineExceeded,
    "did not answer before the deadline of the call"};
constexpr Fault kTooShort = {
    reason::kDeadlineTooShort, "deadline_too_short",
    StatusCode::kDeadlineExceeded,
    "was not sent anything before the deadline of the call: give it more time"};
constexpr Fault kBroken = {reason::kUpstreamBroken, "upstream_broken",
                           StatusCode::kUnavailable, "broke the exchange off"};
constexpr Fault kNoAnswer = {reason::kUpstreamBroken, "upstream_broken",
                             StatusCode::kUnavailable,
                             "answered with an HTTP error and no envelope"};
constexpr Fault kInvalid = {reason::kReplyInvalid, "reply_invalid",
                            StatusCode::kInternal,
                            "answered with something that is no envelope"};
constexpr Fault kTooLarge = {reason::kReplyTooLarge, "reply_too_large",
                             StatusCode::kResourceExhausted,
                             "answered with more than limits.reply_bytes"};
constexpr Fault kNoRoom = {
    reason::kOverloaded, "overloaded", StatusCode::kResourceExhausted,
    "answered, but the replies in flight leave no room for the answer in "
    "limits.bytes_in_flight: try again later"};
// Nobody waits for this one any more; the call's end says the same.
constexpr Fault kCancelled = {"CANCELLED", "cancelled", StatusCode::kCancelled,
                              "was left: the call was cancelled"};

const Fault& Classify(const HttpResult& result, bool deadline_is_callers) {
  switch (result.fault) {
    case HttpFault::kNone:
      return result.status == 200 ? kInvalid : kNoAnswer;
    case HttpFault::kName:
    case HttpFault::kConnect:
      return kUnreachable;
    case HttpFault::kTls:
      return kTls;
    case HttpFault::kTimeout:
      if (deadline_is_callers) return result.sent ? kCallTimeout : kTooShort;
      // No connection within the attempt's time is no connection.
      return result.sent ? kAttemptTimeout : kUnreachable;
    case HttpFault::kBroken:
      return kBroken;
    case HttpFault::kTooLarge:
      return kTooLarge;
    case HttpFault::kNoRoom:
      return kNoRoom;
    case HttpFault::kCancelled:
      return kCancelled;
  }
  return kBroken;
}

bool AboutAParameter(absl::string_view code) {
  const absl::string_view family = code.substr(0, code.find('.'));
  return family == "MissingParameter" || family == "UnknownParameter" ||
         family == "InvalidParameter" || family == "InvalidParameterValue";
}

bool InPaths(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
         c == '.' || c == '[' || c == ']';
}

// Returns the parameter that `message` names in backticks, or nothing. What
// follows the word is preferred: a value may be quoted in the same way.
absl::string_view NamedParameter(absl::string_view message) {
  constexpr absl::string_view kWord = "parameter `";
  std::size_t begin = message.find(kWord);
  begin = begin == absl::string_view::npos ? message.find('`')
                                           : begin + kWord.size() - 1;
  if (begin == absl::string_view::npos) return {};
  message.remove_prefix(begin + 1);
  const std::size_t end = message.find('`');
  if (end == 0 || end == absl::string_view::npos) return {};
  const absl::string_view name = message.substr(0, end);
  for (const char c : name) {
    if (!InPaths(c)) return {};
  }
  return name;
}

}  // namespace

Outcome JudgeVendorError(absl::string_view code, std::string message,
                         std::string request_id, Effect effect) {
  const VendorCode known = LookUpVendorCode(code);
  Outcome outcome;
  outcome.ran = known.retry == Retry::kIdempotent ? Ran::kMaybe : Ran::kNo;
  outcome.request_id = std::move(request_id);
  outcome.message = std::move(message);
  if (outcome.message.empty()) {
    outcome.message =
        absl::StrCat("the vendor answered ", code, " and no message");
  }

  if (outcome.ran == Ran::kMaybe && effect == Effect::kWrite) {
    outcome.code = StatusCode::kUnknown;
    outcome.reason = reason::kOutcomeUnknown;
    outcome.metadata.emplace_back("vendor_code", code);
    return outcome;
  }

  outcome.code = known.code;
  outcome.decided_by = DecidedBy::kVendor;
  outcome.reason = std::string(code);
  if (known.retry == Retry::kBackoff ||
      known.code == StatusCode::kUnavailable) {
    outcome.retry_after = kWait;
  }
  if (known.code == StatusCode::kInvalidArgument && AboutAParameter(code)) {
    const absl::string_view name = NamedParameter(outcome.message);
    if (!name.empty()) {
      outcome.violations.push_back({std::string(name), outcome.message});
    }
  }
  return outcome;
}

Outcome JudgeFault(const HttpResult& result, absl::string_view host,
                   const Action& action, bool deadline_is_callers) {
  const Fault& fault = Classify(result, deadline_is_callers);
  Outcome outcome =
      Refusal(fault.code, fault.reason, absl::StrCat(host, " ", fault.text));
  // A stream has no pages.
  if (&fault == &kTooLarge && !action.sse) {
    absl::StrAppend(&outcome.message, ": ask for smaller pages");
  }
  if (!result.error.empty()) {
    absl::StrAppend(&outcome.message, " (", result.error, ")");
  }

  // A whole answer needs no flag to say that something was sent.
  const bool answered = result.fault == HttpFault::kNone;
  outcome.ran = result.sent || answered ? Ran::kMaybe : Ran::kNo;
  if (outcome.ran == Ran::kMaybe && action.effect == Effect::kWrite) {
    if (outcome.code != StatusCode::kDeadlineExceeded) {
      outcome.code = StatusCode::kUnknown;
    }
    outcome.reason = reason::kOutcomeUnknown;
    outcome.metadata.emplace_back("cause", fault.reason);
    absl::StrAppend(&outcome.message,
                    "; the action may have run: look before repeating it");
  }

  outcome.metadata.emplace_back("host", host);
  if (result.status != 0) {
    outcome.metadata.emplace_back("http_status", absl::StrCat(result.status));
  }
  // A wrong certificate stays wrong.
  const bool waiting_helps =
      (outcome.code == StatusCode::kUnavailable && &fault != &kTls) ||
      (outcome.code == StatusCode::kResourceExhausted && &fault == &kNoRoom);
  if (waiting_helps) outcome.retry_after = kWait;
  return outcome;
}

const char* FaultLabel(const HttpResult& result, bool deadline_is_callers) {
  return Classify(result, deadline_is_callers).label;
}

HostSign JudgeHost(const HttpResult& result, bool deadline_is_callers,
                   std::chrono::nanoseconds took) {
  switch (result.fault) {
    case HttpFault::kTooLarge:
      return HostSign::kWell;
    case HttpFault::kNoRoom:
    case HttpFault::kCancelled:
      return HostSign::kNothing;
    case HttpFault::kTimeout:
      return deadline_is_callers && took < kPatience ? HostSign::kNothing
                                                     : HostSign::kIll;
    default:
      return HostSign::kIll;
  }
}

}  // namespace tcgate
