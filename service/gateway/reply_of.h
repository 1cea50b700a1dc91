#ifndef TCGATE_SERVICE_GATEWAY_REPLY_OF_H_
#define TCGATE_SERVICE_GATEWAY_REPLY_OF_H_

#include <chrono>
#include <optional>

#include "service/gateway/call.h"
#include "service/gateway/errand.h"
#include "service/replies/answer.h"

namespace tcgate {

// How an answer becomes the reply of one of the calls that have it. Pure.

// `cache` is the call's own word for where it comes from, a literal; `age` that
// of what was stored.
Reply ReplyOf(const Answer& answer, const char* cache,
              std::optional<std::chrono::seconds> age);

// The same where nothing was sent for this call: others sent, or will.
Reply ReplyOfOthers(const Answer& answer, const char* cache,
                    std::optional<std::chrono::seconds> age);

// Adds what only the call that led a flight has of it.
void Explain(const Errand& errand, Reply& reply);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_REPLY_OF_H_
