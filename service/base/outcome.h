#ifndef TCGATE_SERVICE_BASE_OUTCOME_H_
#define TCGATE_SERVICE_BASE_OUTCOME_H_

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tcgate {

// What is known of an attempt's action.
enum class Ran {
  kNo,     // Certainly not: refused, or not a byte of the request was sent.
  kMaybe,  // Sent, and no answer that tells.
  kYes,    // Answered.
};

// Who decided how a call ended: the domain of its ErrorInfo.
enum class DecidedBy {
  kGateway,  // `tcgate`; the reason is one of `reason::`.
  kVendor,   // `tencentcloudapi.com`; the reason is the vendor's code.
};

// Reasons of the gateway's own refusals; documented in README, never renamed.
namespace reason {
inline constexpr char kUnknownMethod[] = "UNKNOWN_METHOD";
inline constexpr char kInvalidRequest[] = "INVALID_REQUEST";
inline constexpr char kUnknownField[] = "UNKNOWN_FIELD";
inline constexpr char kRequestTooLarge[] = "REQUEST_TOO_LARGE";
inline constexpr char kNoIdentity[] = "NO_IDENTITY";
inline constexpr char kNotAllowed[] = "NOT_ALLOWED";
inline constexpr char kQuotaExhausted[] = "QUOTA_EXHAUSTED";
inline constexpr char kOverloaded[] = "OVERLOADED";
inline constexpr char kDeadlineTooShort[] = "DEADLINE_TOO_SHORT";
inline constexpr char kCircuitOpen[] = "CIRCUIT_OPEN";
inline constexpr char kUpstreamUnreachable[] = "UPSTREAM_UNREACHABLE";
inline constexpr char kUpstreamTls[] = "UPSTREAM_TLS";
inline constexpr char kUpstreamTimeout[] = "UPSTREAM_TIMEOUT";
inline constexpr char kUpstreamBroken[] = "UPSTREAM_BROKEN";
inline constexpr char kReplyTooLarge[] = "REPLY_TOO_LARGE";
inline constexpr char kReplyInvalid[] = "REPLY_INVALID";
inline constexpr char kOutcomeUnknown[] = "OUTCOME_UNKNOWN";
inline constexpr char kNoCredential[] = "NO_CREDENTIAL";
inline constexpr char kNotCached[] = "NOT_CACHED";
inline constexpr char kShuttingDown[] = "SHUTTING_DOWN";
inline constexpr char kInternal[] = "INTERNAL";
}  // namespace reason

// One fault of a request, by the path of its field.
struct FieldViolation {
  std::string field;        // Such as `Filter.Limits[2]`.
  std::string description;  // What is wrong and what would be right.
};

// The end of an attempt or of a call. A plain struct: unlike `absl::Status` it
// may cross threads, and it says who decided and whether the action ran.
//
// `message` holds no secret, header or body, except that the vendor's own
// message is passed on, cut and masked (see upstream/pass_on.h).
struct Outcome {
  // The gRPC code; the numbers are the same. kOk is success.
  absl::StatusCode code = absl::StatusCode::kOk;
  DecidedBy decided_by = DecidedBy::kGateway;
  Ran ran = Ran::kNo;
  std::string reason;      // Empty on success.
  std::string message;     // For people; empty on success.
  std::string request_id;  // The vendor's; empty where it did not answer.
  // Whatever is dynamic in the message, so that nobody parses messages.
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<FieldViolation> violations;
  // Absent where waiting does not help.
  std::optional<std::chrono::milliseconds> retry_after;

  bool ok() const { return code == absl::StatusCode::kOk; }
};

// Returns the outcome of a call that the gateway refused before it ran.
Outcome Refusal(absl::StatusCode code, absl::string_view reason,
                std::string message);

// Returns the gRPC name of a code, such as `INVALID_ARGUMENT`.
absl::string_view CodeName(absl::StatusCode code);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_OUTCOME_H_
