#include "service/gateway/stream_client.h"

#include <utility>

#include "service/http/wait.h"

namespace tcgate {

Task<bool> StreamClient::Send(std::string wire) {
  Wait taken(loop_, call_.deadline, cancel_);
  call_.taking = &taken;
  ++events_;
  bytes_ += wire.size();
  call_.Send(std::move(wire));
  const WokenBy woken_by = co_await taken;
  call_.taking = nullptr;
  co_return woken_by == WokenBy::kNotify;
}

}  // namespace tcgate
