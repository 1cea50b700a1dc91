#include "service/rpc/rpc_call.h"

#include <optional>
#include <string>
#include <utility>

#include "service/catalog/catalog.h"
#include "service/gateway/gateway.h"
#include "service/rpc/deadline.h"
#include "service/rpc/message_bytes.h"
#include "service/rpc/refusals.h"
#include "service/rpc/reply_metadata.h"
#include "service/rpc/request_metadata.h"
#include "service/rpc/status.h"
#include "service/telemetry/access_log.h"
#include "service/telemetry/metrics.h"
#include "service/telemetry/trace_context.h"

namespace tcgate {

RpcCall::RpcCall(const ServerScope& scope, grpc::CallbackServerContext& context,
                 const Action* called)
    : scope_(scope),
      context_(context),
      wall_start_(SystemClock().WallNow()),
      start_(SystemClock().MonoNow()) {
  action = called;
  caller = scope.identity.Of(context);
  scope_.metrics.InFlight(1);
}

void RpcCall::Begin(const grpc::ByteBuffer& message) {
  Outcome refusal = Read(message);
  if (!refusal.ok()) return Refuse(std::move(refusal));
  scope_.gateway.Start(shared_from_this());
}

Outcome RpcCall::Read(const grpc::ByteBuffer& message) {
  if (scope_.stopping) return ShuttingDown(*action, Ran::kNo);
  // An invalid buffer would read as a message without fields, and run.
  if (!message.Valid()) return NoMessage();
  if (message.Length() > scope_.request_bytes) {
    return RequestTooLarge(message.Length(), scope_.request_bytes);
  }
  const auto within = streams() ? StreamDeadline : CallDeadline;
  const std::optional<MonoTime> until =
      within(context_.deadline(), wall_start_, start_, scope_.longest_call);
  if (!until.has_value()) return DeadlinePassed();
  deadline = *until;
  Outcome outcome =
      ReadRequestMetadata(context_.client_metadata(), *action, options);
  if (outcome.ok()) request = ToBytes(message);
  return outcome;
}

void RpcCall::Refuse(Outcome outcome) {
  Reply reply;
  reply.outcome = std::move(outcome);
  Done(std::move(reply));
}

void RpcCall::Cancel() { scope_.gateway.Cancel(shared_from_this()); }

void RpcCall::Taken() { scope_.gateway.Taken(shared_from_this()); }

void RpcCall::Done(Reply reply) {
  const bool cancelled = reply.outcome.code == absl::StatusCode::kCancelled &&
                         reply.outcome.decided_by == DecidedBy::kGateway;
  if (cancelled && scope_.stopping) {
    reply.outcome = ShuttingDown(*action, reply.outcome.ran);
  }
  AddReplyMetadata(reply, context_);
  Record(reply);
  grpc::ByteBuffer message;
  if (reply.outcome.ok() && !streams()) {
    message = ToByteBuffer(std::move(reply.wire));
  }
  Answer(ToGrpcStatus(reply.outcome), message);
}

void RpcCall::Record(const Reply& reply) const {
  const auto took = SystemClock().MonoNow() - start_;
  const std::size_t index =
      action == nullptr ? Metrics::kUnknownAction : action->index;
  scope_.metrics.InFlight(-1);
  scope_.metrics.CallEnded(index, reply.outcome.code, reply.outcome.decided_by,
                           took);
  if (reply.outcome.decided_by == DecidedBy::kGateway &&
      !reply.outcome.reason.empty()) {
    scope_.metrics.Failed(index, reply.outcome.reason);
  }
  if (*reply.cache != '\0') scope_.metrics.Replied(index, reply.cache);

  const std::string peer = context_.peer();
  AccessEntry entry;
  entry.start = wall_start_;
  entry.took = took;
  entry.action = "unknown";
  if (action != nullptr) entry.action = action->label;
  entry.caller = caller.id;
  entry.peer = peer;
  entry.account = reply.account;
  entry.region = reply.region;
  entry.cache = reply.cache;
  // A call that nothing was sent for is still part of its client's trace.
  entry.trace_id = TraceId(reply.traceparent.empty() ? options.traceparent
                                                     : reply.traceparent);
  entry.span_id = SpanId(reply.traceparent);
  entry.parent_id = SpanId(options.traceparent);
  entry.outcome = &reply.outcome;
  entry.attempts = reply.attempts;
  entry.request_bytes = request.size();
  entry.reply_bytes = reply.event_bytes;
  if (reply.wire != nullptr) entry.reply_bytes += reply.wire->size();
  if (streams()) entry.events = reply.events;
  scope_.access_log.Write(entry);
}

}  // namespace tcgate
