#ifndef TCGATE_SERVICE_RPC_STREAM_H_
#define TCGATE_SERVICE_RPC_STREAM_H_

#include <cstddef>
#include <memory>
#include <optional>

#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/status.h"
#include "service/base/mutex.h"
#include "service/rpc/open_set.h"
#include "service/rpc/raw_service.h"

namespace tcgate {

// Streams that may be open at once on all servers, together: chosen, far above
// what health watchers and people with grpcurl need.
inline constexpr std::size_t kMostStreams = 1000;

// One open stream of the edge's own services, health and reflection. Owns what
// may happen to it: a message, a reply that is wanted, the client that leaves,
// a drain. Derived classes say what is read and written and never see the
// order.
//
// `Want` and `End` are thread-safe; the virtual functions are never called
// concurrently with themselves.
class Stream : public RawService::BidiReactor,
               public std::enable_shared_from_this<Stream> {
 public:
  explicit Stream(OpenSet<Stream>& streams) : streams_(streams) {}

  // Opens the stream, or ends it if too many are open. Called once.
  void Start();

  // Says that there may be something to write.
  void Want() ABSL_LOCKS_EXCLUDED(mu_);

  // Ends the stream, after a write that is under way. Only the first counts.
  void End(grpc::Status status) ABSL_LOCKS_EXCLUDED(mu_);

  // The server has begun to drain.
  virtual void OnDrain() {}

 protected:
  // Asks for the next message of the client; its end ends the stream.
  void Read() { StartRead(&received_); }

 private:
  // A message has come. Not called again before the next `Read`.
  virtual void OnMessage(const grpc::ByteBuffer& message) = 0;
  // Fills in what to write now, or returns false. Called after a `Want`.
  virtual bool Compose(grpc::ByteBuffer& message) = 0;
  // A write has been taken.
  virtual void OnWritten() {}

  void OnReadDone(bool ok) final;
  void OnWriteDone(bool ok) final;
  void OnCancel() final;
  void OnDone() final { streams_.Remove(this); }

  // Writes until nothing is wanted, or finishes.
  // REQUIRES: this thread has set `sending_`.
  void Send() ABSL_LOCKS_EXCLUDED(mu_);

  OpenSet<Stream>& streams_;
  grpc::ByteBuffer received_;
  grpc::ByteBuffer sent_;  // Belongs to whoever has set `sending_`.

  Mutex mu_;
  // Somebody writes, or has finished: gRPC takes one write at a time, and
  // nothing after the end.
  bool sending_ ABSL_GUARDED_BY(mu_) = false;
  bool wanted_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mu_);
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_STREAM_H_
