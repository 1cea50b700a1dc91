#ifndef TCGATE_SERVICE_REPLIES_ANSWER_H_
#define TCGATE_SERVICE_REPLIES_ANSWER_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

#include "service/base/outcome.h"
#include "service/base/shared_bytes.h"

namespace tcgate {

// How a flight ended, for everybody who waited for it.
struct Answer {
  Outcome outcome;
  // The response message. Null unless `outcome.ok()`. Whatever else the pointer
  // keeps alive lives as long as the reply is stored.
  SharedBytes wire;
  // A literal, the value of `tcgate-cache` for who led the flight. Who joined
  // it says `joined`, unless this is `stale`.
  const char* cache = "off";
  int attempts = 0;                     // Requests sent upstream.
  std::chrono::milliseconds queued{0};  // Waiting for a slot.
  // Of what came out of the store; absent otherwise.
  std::optional<std::chrono::seconds> age;
};

// One that a flight, the store and calls on their way out have at once.
using SharedAnswer = std::shared_ptr<const Answer>;

// What an answer takes in memory, everything that it has included.
std::size_t BytesOf(const Answer& answer);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_REPLIES_ANSWER_H_
