#ifndef TCGATE_SERVICE_GATEWAY_CALL_H_
#define TCGATE_SERVICE_GATEWAY_CALL_H_

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "service/access/access.h"
#include "service/base/clock.h"
#include "service/base/outcome.h"
#include "service/base/shared_bytes.h"
#include "service/catalog/action.h"
#include "service/http/cancellation.h"
#include "service/replies/reply_request.h"

namespace tcgate {

class Wait;

// How a call ended, as the edge tells its client.
struct Reply {
  Outcome outcome;
  // The response message; null unless `outcome.ok()`, and for a stream, whose
  // messages have gone before.
  SharedBytes wire;
  std::size_t events = 0;       // Messages of a stream.
  std::size_t event_bytes = 0;  // Their size, together.
  // Explain metadata; see README, metadata. Empty strings are not sent.
  const char* cache = "off";  // A literal.
  // Of a reply that was stored, since then; only then.
  std::optional<std::chrono::seconds> age;
  std::string account;
  std::string region;
  // Of the span of the requests that were sent upstream for this call, as they
  // carried it (`ChildTraceparent`). Empty: none were, or those of another
  // call.
  std::string traceparent;
  int attempts = 0;                     // Requests sent upstream.
  std::chrono::milliseconds queued{0};  // Waiting for a slot.
};

// What a client may ask of one call beside its message: the request metadata
// of README, validated.
struct CallOptions {
  std::string account;   // By name. Empty: the one that policy gives.
  std::string region;    // Empty: the account's.
  std::string language;  // Empty: the account's.
  CacheControl cache;
  // Of a write: with it again, it does not run again. Empty: none.
  std::string idempotency_key;
  std::string traceparent;  // `IsTraceparent`. Empty: none.
  std::vector<std::string> empty_lists;
};

// One call on its way through the gateway. The edge derives from it and fills
// it in; the gateway only reads what the edge filled in. Shared by the two, and
// by a cancellation on its way to the loop, until the last lets go.
class Call {
 public:
  virtual ~Call() = default;

  // Ends the call. Called exactly once, on any thread, possibly before
  // `Gateway::Start` returned.
  virtual void Done(Reply reply) = 0;

  // Gives the client one message of a stream. When it has taken it, or never
  // will, whoever overrides this calls `Gateway::Taken`; until then this is not
  // called again. Only for actions that stream, on the loop's thread.
  virtual void Send(std::string&& /*wire*/) {}

  const Action* action = nullptr;
  Caller caller;
  CallOptions options;
  std::string request;  // Protobuf wire bytes of the request message.
  // Absolute; the edge has set the defaults and caps, a stream's too.
  MonoTime deadline;

  // Both live on the loop's thread: see `Gateway::Cancel` and `Taken`.
  Cancellation cancellation;
  Wait* taking = nullptr;  // Null: nothing is being taken.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_CALL_H_
