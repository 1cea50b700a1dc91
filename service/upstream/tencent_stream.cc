#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "service/http/cancellation.h"
#include "service/upstream/event_reader.h"
#include "service/upstream/pass_on.h"
#include "service/upstream/tencent_upstream.h"

namespace tcgate {
namespace {

using Found = EventReader::Found;

}  // namespace

Task<AttemptResult> TencentUpstream::Stream(AttemptRequest request,
                                            EventSink& sink,
                                            Cancellation& cancel) {
  const Action& action = *request.action;
  AttemptResult result;
  Prepared prepared = Prepare(request);
  if (prepared.key == nullptr) {
    result.outcome = std::move(prepared.refusal);
    co_return result;
  }
  result.key = prepared.key;
  const std::unique_ptr<HttpStream> answer =
      http_.Open(std::move(prepared.http), cancel);
  EventReader reader(decoder_, *tables_[action.index].response,
                     max_reply_bytes_);

  // Begins anew when an event was taken: who does not read may take any time.
  MonoTime idle_until = clock_.MonoNow() + request.idle;
  Decoded decoded;
  Found found = reader.Next(decoded);
  while (found == Found::kNothing || found == Found::kMessage) {
    if (found == Found::kMessage) {
      CountLosses(action, decoded);
      Task<bool> sending = sink.Send(std::move(decoded.wire));
      const bool taken = co_await sending;
      if (!taken) {
        request.deadline_is_callers = true;
        found = reader.Leave(cancel.requested());
        break;
      }
      idle_until = clock_.MonoNow() + request.idle;
    } else {
      request.deadline_is_callers = request.deadline <= idle_until;
      const MonoTime until = std::min(request.deadline, idle_until);
      Task<std::string> reading = answer->Read(until);
      std::string part = co_await reading;
      if (part.empty()) {
        reader.End(answer->result());
      } else {
        reader.Add(std::move(part), answer->result());
      }
    }
    found = reader.Next(decoded);
  }

  result.server_time = answer->result().date;
  result.outcome = StreamEnded(request, prepared, reader, found, decoded);
  std::string id = answer->Header("X-TC-RequestId");
  if (id.empty()) id = reader.request_id();
  result.outcome.request_id = PassOnName(id);
  co_return result;
}

Outcome TencentUpstream::StreamEnded(const AttemptRequest& request,
                                     const Prepared& prepared,
                                     const EventReader& reader, Found found,
                                     const Decoded& decoded) {
  const std::size_t action = request.action->index;
  Outcome outcome;
  if (found == Found::kEnd) {
    metrics_.Attempted(action, "ok");
    Learn(request, HostSign::kWell, prepared.began);
    outcome.decided_by = DecidedBy::kVendor;
    outcome.ran = Ran::kYes;
  } else if (found == Found::kError) {
    metrics_.Attempted(action, "vendor_error");
    Learn(request, HostSign::kWell, prepared.began);
    outcome = Refused(request, *prepared.key, decoded);
    // What has answered has run, whatever the code says of other times: nobody
    // is told when to repeat it.
    if (reader.has_messages()) {
      outcome.ran = Ran::kMaybe;
      outcome.retry_after.reset();
    }
  } else {
    HttpResult end = reader.end().WithoutBody();
    if (end.fault == HttpFault::kTimeout && !request.deadline_is_callers) {
      end.error = "no event in the time of limits.stream_idle";
    }
    // A host that has sent events is well, however little time they had.
    const bool cut_short = reader.has_messages() &&
                           end.fault == HttpFault::kTimeout &&
                           request.deadline_is_callers;
    outcome = Failed(request, end, prepared.began, cut_short);
  }
  return outcome;
}

}  // namespace tcgate
