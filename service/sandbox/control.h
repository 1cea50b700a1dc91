#ifndef TCGATE_SERVICE_SANDBOX_CONTROL_H_
#define TCGATE_SERVICE_SANDBOX_CONTROL_H_

#include "service/admin/http_server.h"
#include "service/sandbox/faults.h"
#include "service/sandbox/stats.h"

namespace tcgate {

// What the sandbox does for its user, on the port on which it imitates the
// vendor: plain JSON, no signature.
//
//   GET  /_sandbox/stats   what has happened; see `SandboxStats::Render`
//   POST /_sandbox/faults  replaces the faults in force by those of the body;
//                          see `ParseFaults`
//   POST /_sandbox/reset   forgets both
//
// Answers {} where there is nothing to tell, and {"error":"..."} with 400, 404,
// 405 or 413.
inline constexpr char kControlPrefix[] = "/_sandbox/";
HttpServer::Reply AnswerControl(const HttpServer::Request& request,
                                SandboxStats& stats, FaultPlan& faults);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_CONTROL_H_
