#ifndef TCGATE_SERVICE_UPSTREAM_UPSTREAM_H_
#define TCGATE_SERVICE_UPSTREAM_UPSTREAM_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "service/base/byte_budget.h"
#include "service/base/clock.h"
#include "service/base/outcome.h"
#include "service/catalog/action.h"
#include "service/credentials/key_ring.h"
#include "service/http/cancellation.h"
#include "service/http/http.h"
#include "service/http/task.h"
#include "service/upstream/account.h"

namespace tcgate {

// One attempt: everything that is sent. What is referred to must outlive it.
struct AttemptRequest {
  const Action* action = nullptr;
  const Account* account = nullptr;
  const Endpoint* endpoint = nullptr;  // As `Upstream::Choose` gave it.
  absl::string_view region;            // Empty: X-TC-Region is not sent.
  absl::string_view language;          // `zh-CN` or `en-US`.
  absl::string_view traceparent;       // W3C form, validated; empty: not sent.
  absl::string_view body;              // Canonical JSON.
  // Protobuf wire bytes that `body` was made from: its sensitive values are
  // masked where the vendor's message quotes them.
  absl::string_view request_wire;
  MonoTime deadline;  // Of the attempt.
  // Whether the caller's own deadline is what ends the attempt: then a time-out
  // is DEADLINE_EXCEEDED, not UNAVAILABLE.
  bool deadline_is_callers = true;
  // Of a stream: the longest wait for an event. Positive.
  std::chrono::milliseconds idle{60'000};
  // What the bytes of the reply are taken from; must outlive the result. Null:
  // nothing is counted, as of a stream, which holds one event at a time.
  ByteBudget* memory = nullptr;
};

struct AttemptResult {
  Outcome outcome;
  // The reply's protobuf wire bytes, on success; empty of a stream.
  std::string wire;
  ByteHold held;  // The share of `memory` that `wire` takes.
  // What the vendor's clock said, where it answered.
  std::optional<WallTime> server_time;
  // What signed the request; null if nothing was sent.
  std::shared_ptr<const SigningKey> key;
};

// Where the next attempt goes.
struct Route {
  const Endpoint* endpoint = nullptr;  // Null: nowhere, as `refusal` says.
  // The host that comes after it, should it fail. Null: none.
  const Endpoint* other = nullptr;
  Outcome refusal;
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

// Makes ONE attempt: signature, HTTPS exchange, envelope, judgement. Never
// repeats; knows which hosts are well, and mends what a repeat would need. What
// is given to a coroutine by reference must outlive it. Lives on the loop's
// thread.
class Upstream {
 public:
  virtual ~Upstream() = default;

  // Returns the host for the next attempt: the first of the account's for the
  // action that is not out of order; not `avoid`, which may be null, where
  // there is another. Without one the refusal is (`ran` no)
  //   FAILED_PRECONDITION, INVALID_REQUEST  the account's site does not serve
  //                                         the product: another account does
  //   UNAVAILABLE, CIRCUIT_OPEN             nearly every attempt at every host
  //                                         has failed of late
  // Endpoints live as long as this object, each as one address.
  virtual Route Choose(const Account& account, const Action& action,
                       const Endpoint* avoid) = 0;

  // REQUIRES, as below: `request.endpoint` is set.
  virtual Task<AttemptResult> Attempt(AttemptRequest request,
                                      Cancellation& cancel) = 0;

  // The same for an action that streams: each event goes to `sink` as it comes,
  // and the server waits while `sink` does. An answer that is no stream gives
  // one message, or none.
  virtual Task<AttemptResult> Stream(AttemptRequest request, EventSink& sink,
                                     Cancellation& cancel) = 0;

  // From now on requests of `request` and all others to its endpoint are
  // stamped by the vendor's clock: as `AttemptResult::server_time`, which has
  // just come, says. Ends as INTERNAL, NO_CREDENTIAL, naming the clock, if
  // there is no key to sign with at that time; then nothing has changed.
  virtual Outcome CorrectClock(const AttemptRequest& request,
                               WallTime server_time) = 0;

  // Asks for the account's keys anew, since the vendor refused `refused`, which
  // is `AttemptResult::key`, and waits for them: until `until`, but 2 s at
  // most. True: another key signs from now on, so that a repeat is worth while.
  virtual Task<bool> RefreshCredential(
      AttemptRequest request, std::shared_ptr<const SigningKey> refused,
      MonoTime until, Cancellation& cancel) = 0;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_UPSTREAM_H_
