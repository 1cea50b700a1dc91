#ifndef TCGATE_SERVICE_GATEWAY_CALL_H_
#define TCGATE_SERVICE_GATEWAY_CALL_H_

#include <chrono>
#include <string>
#include <vector>

#include "service/access/access.h"
#include "service/base/clock.h"
#include "service/base/outcome.h"
#include "service/catalog/action.h"
#include "service/http/cancellation.h"

namespace tcgate {

// How a call ended, as the edge tells its client.
struct Reply {
  Outcome outcome;
  std::string wire;  // The response message; empty unless `outcome.ok()`.
  // Explain metadata; see README, metadata. Empty strings are not sent.
  const char* cache = "off";  // A literal; always this for now.
  std::string account;
  std::string region;
  int attempts = 0;                     // Requests sent upstream.
  std::chrono::milliseconds queued{0};  // Waiting for a slot.
};

// What a client may ask of one call beside its message: the request metadata
// of README, validated.
struct CallOptions {
  std::string account;      // By name. Empty: the one that policy gives.
  std::string region;       // Empty: the account's.
  std::string language;     // Empty: the account's.
  std::string traceparent;  // Empty: none.
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

  const Action* action = nullptr;
  Caller caller;
  CallOptions options;
  std::string request;  // Protobuf wire bytes of the request message.
  MonoTime deadline;    // Absolute; the edge has set the defaults and caps.

  // Lives on the loop's thread: see `Gateway::Cancel`.
  Cancellation cancellation;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_CALL_H_
