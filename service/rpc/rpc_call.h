#ifndef TCGATE_SERVICE_RPC_RPC_CALL_H_
#define TCGATE_SERVICE_RPC_RPC_CALL_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/status.h"
#include "service/base/clock.h"
#include "service/gateway/call.h"
#include "service/rpc/caller_identity.h"
#include "service/rpc/open_set.h"

namespace tcgate {

class AccessLog;
class Catalog;
class Gateway;
class Metrics;
class RpcCall;

// What the calls of one server share. Everything outlives the server.
struct ServerScope {
  const Catalog& catalog;
  Gateway& gateway;
  Metrics& metrics;
  AccessLog& access_log;
  OpenSet<RpcCall>& calls;
  // Set once, when a drain no longer waits: then calls end as SHUTTING_DOWN.
  const std::atomic<bool>& stopping;
  std::size_t request_bytes;  // Longest message, see `EdgeOptions`.
  std::chrono::milliseconds longest_call;  // See `LongestWithin`.
  CallerIdentity identity;                 // The listener is part of who calls.
};

// One call of an action, from gRPC's first word of it to its last: the one
// class that owns a call's transitions. What derives from it joins it with one
// of gRPC's reactors and decides nothing.
//
//   Open --> Begin or Refuse --> Done --> Answer --> Close
//                   |             ^
//                   +---> Send ---+    any number, each followed by Taken;
//                                      only where the action streams
//
// Each of the others happens exactly once and in this order, whatever the
// client does: a client that leaves and a drain that has waited long enough
// only `Cancel`, which asks the gateway to hurry. So a call has one end and
// needs no lock. `Done` may run on another thread before `Begin` returned;
// `Close` only after the reactor was handed to gRPC and `Answer` has finished
// it.
class RpcCall : public Call, public std::enable_shared_from_this<RpcCall> {
 public:
  RpcCall(const RpcCall&) = delete;
  RpcCall& operator=(const RpcCall&) = delete;

  // Ends the call: metadata, metrics, access log, answer.
  void Done(Reply reply) final;

  // Asks for the end of the call. Any thread, any time, any number of times;
  // takes no lock of gRPC's.
  void Cancel();

  // Whether the call may go on for as long as its connection.
  bool streams() const { return action != nullptr && action->sse; }

 protected:
  // `called` is null for a method that the catalogue does not know; then the
  // call must be refused. Both arguments live until `Close`.
  RpcCall(const ServerScope& scope, grpc::CallbackServerContext& context,
          const Action* called);

  // Keeps the call alive until `Close`.
  void Open() { scope_.calls.Add(shared_from_this()); }
  // Reads message, metadata and deadline, and hands the call to the gateway.
  void Begin(const grpc::ByteBuffer& message);
  void Refuse(Outcome outcome);
  // What `Send` was given was taken by gRPC, or never will be.
  void Taken();
  // gRPC is done with the call. Nothing may touch it afterwards.
  void Close() { scope_.calls.Remove(this); }

 private:
  // Finishes the reactor. The message is invalid if none is to be sent: on an
  // error, and of a stream. `Taken` of what was sent last may not have come.
  // gRPC may call `Close` before this returns.
  virtual void Answer(grpc::Status status, grpc::ByteBuffer message) = 0;

  // Fills in what the gateway reads, or returns why the call is refused.
  Outcome Read(const grpc::ByteBuffer& message);
  void Record(const Reply& reply) const;

  const ServerScope& scope_;
  grpc::CallbackServerContext& context_;
  const WallTime wall_start_;
  const MonoTime start_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_RPC_CALL_H_
