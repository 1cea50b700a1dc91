#ifndef TCGATE_SERVICE_GATEWAY_STREAM_CLIENT_H_
#define TCGATE_SERVICE_GATEWAY_STREAM_CLIENT_H_

#include <cstddef>
#include <string>

#include "service/gateway/call.h"
#include "service/http/cancellation.h"
#include "service/http/loop.h"
#include "service/http/task.h"
#include "service/upstream/upstream.h"

namespace tcgate {

// Gives the messages of a stream to the client, one at a time, until `cancel`.
// All arguments must outlive it. Lives on the loop's thread.
class StreamClient final : public EventSink {
 public:
  StreamClient(Loop& loop, Call& call, Cancellation& cancel)
      : loop_(loop), call_(call), cancel_(cancel) {}

  Task<bool> Send(std::string wire) override;

  std::size_t events() const { return events_; }
  std::size_t bytes() const { return bytes_; }

 private:
  Loop& loop_;
  Call& call_;
  Cancellation& cancel_;
  std::size_t events_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_STREAM_CLIENT_H_
