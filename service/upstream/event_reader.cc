#include "service/upstream/event_reader.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace tcgate {
namespace {

// What many services of the vendor's send after the last event.
constexpr char kDone[] = "[DONE]";

bool IsEventStream(absl::string_view content_type) {
  const absl::string_view type = content_type.substr(0, content_type.find(';'));
  return absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(type),
                                "text/event-stream");
}

}  // namespace

void EventReader::ReadHead(const HttpResult& head) {
  if (std::exchange(has_head_, true)) return;
  // An HTTP error is none of the action's, whatever it looks like.
  is_events_ = head.status == 200 && IsEventStream(head.content_type);
}

void EventReader::Add(std::string part, const HttpResult& head) {
  ReadHead(head);
  if (is_events_) {
    part_ = std::move(part);
    rest_ = part_;
  } else if (envelope_.size() <= max_bytes_) {
    envelope_ += part;
  }
  end_ = head.WithoutBody();
}

void EventReader::End(const HttpResult& result) {
  ReadHead(result);
  over_ = true;
  end_ = result.WithoutBody();
}

EventReader::Found EventReader::Next(Decoded& decoded) {
  return is_events_ ? NextEvent(decoded) : NextEnvelope(decoded);
}

EventReader::Found EventReader::NextEvent(Decoded& decoded) {
  std::string data;
  // An event that was cut off is none, unless the transfer says that it is all.
  const bool whole = over_ && end_.fault == HttpFault::kNone;
  while (events_.Next(rest_, data) || (whole && events_.Finish(data))) {
    if (data.empty()) continue;  // Keeps the connection alive.
    if (data == kDone) return Found::kEnd;
    decoded = decoder_.DecodeEvent(table_, data);
    if (decoded.kind == Decoded::Kind::kNoEnvelope) {
      return Fault(HttpFault::kNone, "an event that is no JSON object");
    }
    return Judge(decoded);
  }
  if (events_.too_large()) return Fault(HttpFault::kTooLarge, "one event");
  if (!over_) return Found::kNothing;
  if (!whole) return Found::kFault;
  return has_messages_ ? Found::kEnd
                       : Fault(HttpFault::kNone, "a stream without events");
}

EventReader::Found EventReader::NextEnvelope(Decoded& decoded) {
  if (has_messages_) return Found::kEnd;
  if (envelope_.size() > max_bytes_) {
    return Fault(HttpFault::kTooLarge, "an answer that is no stream");
  }
  if (!over_) return Found::kNothing;
  if (end_.fault != HttpFault::kNone) return Found::kFault;
  decoded = decoder_.DecodeReply(table_, envelope_);
  return decoded.kind == Decoded::Kind::kNoEnvelope ? Found::kFault
                                                    : Judge(decoded);
}

EventReader::Found EventReader::Judge(const Decoded& decoded) {
  if (!decoded.request_id.empty()) request_id_ = decoded.request_id;
  if (decoded.kind == Decoded::Kind::kError) return Found::kError;
  has_messages_ = true;
  return Found::kMessage;
}

EventReader::Found EventReader::Leave(bool cancelled) {
  return cancelled ? Fault(HttpFault::kCancelled, "cancelled")
                   : Fault(HttpFault::kTimeout,
                           "the client did not take the events in time");
}

EventReader::Found EventReader::Fault(HttpFault fault, const char* error) {
  end_.fault = fault;
  end_.sent = true;
  end_.error = error;
  return Found::kFault;
}

}  // namespace tcgate
