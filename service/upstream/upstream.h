#ifndef TCGATE_SERVICE_UPSTREAM_UPSTREAM_H_
#define TCGATE_SERVICE_UPSTREAM_UPSTREAM_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/base/outcome.h"
#include "service/catalog/action.h"
#include "service/http/cancellation.h"
#include "service/http/task.h"
#include "service/upstream/account.h"

namespace tcgate {

// One attempt: everything that is sent. What is referred to must outlive it.
struct AttemptRequest {
  const Action* action = nullptr;
  const Account* account = nullptr;
  absl::string_view region;       // Empty: X-TC-Region is not sent.
  absl::string_view language;     // `zh-CN` or `en-US`.
  absl::string_view traceparent;  // W3C form, validated; empty: not sent.
  absl::string_view body;         // Canonical JSON.
  // Protobuf wire bytes that `body` was made from: its sensitive values are
  // masked where the vendor's message quotes them.
  absl::string_view request_wire;
  MonoTime deadline;  // Of the attempt.
  // Whether the caller's own deadline is what ends the attempt: then a time-out
  // is DEADLINE_EXCEEDED, not UNAVAILABLE.
  bool deadline_is_callers = true;
};

struct AttemptResult {
  Outcome outcome;
  std::string wire;  // The reply's protobuf wire bytes, on success.
  // What the vendor's clock said, where it answered.
  std::optional<WallTime> server_time;
};

// Makes ONE attempt: endpoint, signature, HTTPS exchange, envelope, judgement.
// Never repeats. Lives on the loop's thread.
class Upstream {
 public:
  virtual ~Upstream() = default;
  virtual Task<AttemptResult> Attempt(AttemptRequest request,
                                      Cancellation& cancel) = 0;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_UPSTREAM_H_
