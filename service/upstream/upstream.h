#ifndef TCGATE_SERVICE_UPSTREAM_UPSTREAM_H_
#define TCGATE_SERVICE_UPSTREAM_UPSTREAM_H_

#include <chrono>
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
  // Of a stream: the longest wait for an event. Positive.
  std::chrono::milliseconds idle{60'000};
};

struct AttemptResult {
  Outcome outcome;
  // The reply's protobuf wire bytes, on success; empty of a stream.
  std::string wire;
  // What the vendor's clock said, where it answered.
  std::optional<WallTime> server_time;
};

// Where the messages of a stream go, one after the other.
class EventSink {
 public:
  virtual ~EventSink() = default;
  // Hands on the protobuf wire bytes of one message. True once it was taken and
  // there is room for the next; false if there will be no next, since the call
  // was cancelled or its deadline passed.
  virtual Task<bool> Send(std::string wire) = 0;
};

// Makes ONE attempt: endpoint, signature, HTTPS exchange, envelope, judgement.
// Never repeats. Lives on the loop's thread.
class Upstream {
 public:
  virtual ~Upstream() = default;
  virtual Task<AttemptResult> Attempt(AttemptRequest request,
                                      Cancellation& cancel) = 0;

  // The same for an action that streams: each event goes to `sink` as it comes,
  // and the server waits while `sink` does. An answer that is no stream gives
  // one message, or none.
  virtual Task<AttemptResult> Stream(AttemptRequest request, EventSink& sink,
                                     Cancellation& cancel) = 0;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_UPSTREAM_H_
