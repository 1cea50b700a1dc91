#ifndef TCGATE_SERVICE_UPSTREAM_EVENT_READER_H_
#define TCGATE_SERVICE_UPSTREAM_EVENT_READER_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "service/codec/decode.h"
#include "service/codec/sse.h"
#include "service/codec/table.h"
#include "service/http/http.h"

namespace tcgate {

// What is in the answer of an action that streams. Its content type decides:
// events, or the envelope of any other action. Does not wait: it is given what
// has come and says what to do. Not thread-safe.
class EventReader {
 public:
  enum class Found {
    kNothing,  // All that has come was read: `Add` more, or `End`.
    kMessage,  // One for the caller.
    kError,    // The vendor's, and the end.
    kFault,    // The end, as `end` says.
    kEnd,      // Nothing follows, and all is well.
  };

  // Both must outlive it. One event, or the envelope, may have `max_bytes`.
  EventReader(Decoder& decoder, const MessageTable& table,
              std::size_t max_bytes)
      : decoder_(decoder),
        table_(table),
        max_bytes_(max_bytes),
        events_(max_bytes) {}

  // A part of the body has come, and `head` of the answer is known.
  // REQUIRES: `Next` found nothing.
  void Add(std::string part, const HttpResult& head);
  // The exchange is over.
  void End(const HttpResult& result);

  // The caller takes no more: it has left, or its deadline passed. A fault.
  Found Leave(bool cancelled);

  // After kError, kFault and kEnd it must not be called again. Of a message or
  // an error `decoded` has everything.
  Found Next(Decoded& decoded);

  // The vendor's id of the request, from the message read last; may be empty.
  const std::string& request_id() const { return request_id_; }
  // Whether there was any message.
  bool has_messages() const { return has_messages_; }
  // How the exchange ended, to be judged after kFault.
  const HttpResult& end() const { return end_; }

 private:
  void ReadHead(const HttpResult& head);
  Found NextEvent(Decoded& decoded);
  Found NextEnvelope(Decoded& decoded);
  Found Judge(const Decoded& decoded);
  Found Fault(HttpFault fault, const char* error);

  Decoder& decoder_;
  const MessageTable& table_;
  const std::size_t max_bytes_;
  bool has_head_ = false;
  bool is_events_ = false;
  bool over_ = false;
  bool has_messages_ = false;
  std::string request_id_;
  std::string part_;        // Of events: the one that came last.
  absl::string_view rest_;  // What of it was not read.
  std::string envelope_;    // All that came of anything else.
  SseParser events_;
  HttpResult end_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_EVENT_READER_H_
