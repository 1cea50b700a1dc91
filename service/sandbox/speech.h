#ifndef TCGATE_SERVICE_SANDBOX_SPEECH_H_
#define TCGATE_SERVICE_SANDBOX_SPEECH_H_

#include <nlohmann/json.hpp>

#include "service/admin/http_server.h"
#include "service/sandbox/faults.h"

namespace tcgate {

// Makes `reply` a stream that speaks the `Text` of `parameters`, as server-sent
// events: one `chunk` for each ten characters (so 10,000 make 1,000 events), a
// millisecond apart, each with a tenth of a second of sound; the last says
// IsEnd. `AlignmentMode` above 0 adds the times of the text.
//
// `fault`, null for none, breaks the stream behind half of its events: `reset`,
// `truncate` and `stream_error`, which ends with an event of type `error`.
void Speak(const nlohmann::json& parameters, const Fault* fault,
           HttpServer::Reply& reply);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_SPEECH_H_
