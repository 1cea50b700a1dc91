#ifndef TCGATE_SERVICE_GATEWAY_ERRAND_H_
#define TCGATE_SERVICE_GATEWAY_ERRAND_H_

#include <memory>
#include <optional>
#include <string>

#include "service/gateway/call.h"
#include "service/gateway/stream_client.h"
#include "service/replies/flight.h"
#include "service/upstream/account.h"

namespace tcgate {

// What a flight goes for: everything that its attempts need, whoever still
// waits for it. Lives on the loop's thread once it is made.
struct Errand {
  // Whose request it is, and whose turn the attempts take. It may have ended
  // before: only what the edge filled in is read.
  std::shared_ptr<Call> call;
  const Account* account = nullptr;
  int weight = 1;
  std::string region;
  std::string language;
  std::string body;         // Canonical JSON.
  std::string traceparent;  // Of the span of these attempts.
  std::shared_ptr<Flight> flight;
  std::optional<StreamClient> client;  // Of an action that streams.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_ERRAND_H_
