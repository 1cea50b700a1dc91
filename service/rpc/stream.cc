#include "service/rpc/stream.h"

#include <utility>

namespace tcgate {

void Stream::Start() {
  streams_.Add(shared_from_this());
  if (streams_.size() > kMostStreams) {
    return End({grpc::StatusCode::RESOURCE_EXHAUSTED,
                "too many open streams: close some, or try again later"});
  }
  Read();
}

void Stream::Want() {
  {
    MutexLock lock(mu_);
    wanted_ = true;
    if (sending_) return;
    sending_ = true;
  }
  Send();
}

void Stream::End(grpc::Status status) {
  {
    MutexLock lock(mu_);
    if (end_.has_value()) return;
    end_ = std::move(status);
    if (sending_) return;
    sending_ = true;
  }
  Send();
}

void Stream::Send() {
  while (true) {
    {
      MutexLock lock(mu_);
      if (end_.has_value()) break;
      if (!wanted_) {
        sending_ = false;
        return;
      }
      wanted_ = false;
    }
    if (Compose(sent_)) return StartWrite(&sent_);
  }
  // `sending_` stays set, so nothing follows.
  grpc::Status status;
  {
    MutexLock lock(mu_);
    status = *end_;
  }
  Finish(std::move(status));
}

void Stream::OnReadDone(bool ok) {
  if (!ok) return End(grpc::Status());
  OnMessage(received_);
}

void Stream::OnWriteDone(bool ok) {
  if (!ok) End({grpc::StatusCode::CANCELLED, "the client has left"});
  if (ok) OnWritten();
  Send();
}

void Stream::OnCancel() {
  End({grpc::StatusCode::CANCELLED, "the client has left"});
}

}  // namespace tcgate
