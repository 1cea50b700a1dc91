#ifndef TCGATE_SERVICE_CODEC_SSE_H_
#define TCGATE_SERVICE_CODEC_SSE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace tcgate {

// Takes the events out of a body of type text/event-stream, as WHATWG's HTML
// (9.2, server-sent events) reads it, wherever the body was cut into parts.
// Only the data of events: their names, ids and retry times are for readers
// that tell kinds of events apart or come back, and comments for nobody.
//
// Keeps the event that is not complete, nothing else. Not thread-safe.
class SseParser {
 public:
  // An event, and any other line, may have `max_event_bytes`.
  explicit SseParser(std::size_t max_event_bytes)
      : max_event_bytes_(max_event_bytes) {}

  // Takes from the front of `input` up to the end of the next event, and gives
  // its data, lines joined by `\n`. False: all of `input` is taken and no
  // event has ended, or one is too large.
  bool Next(absl::string_view& input, std::string& data);

  // The body has ended: gives an event that only lacks its empty line.
  bool Finish(std::string& data);

  // An event, or a line, was too large: there are no more.
  bool too_large() const { return too_large_; }

 private:
  void AddToLine(absl::string_view part);
  // Judges the line that has ended. True if it ends an event.
  bool EndLine();
  bool TakeData(std::string& data);

  const std::size_t max_event_bytes_;
  bool too_large_ = false;
  bool first_line_ = true;  // It may begin with a byte order mark.
  bool after_cr_ = false;   // A LF that is next belongs to the line before.
  std::string line_;        // As far as it has come.
  bool has_data_ = false;   // Data may be there and empty.
  std::string data_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_SSE_H_
