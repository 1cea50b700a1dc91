#ifndef TCGATE_SERVICE_SANDBOX_CONTROL_H_
#define TCGATE_SERVICE_SANDBOX_CONTROL_H_

#include "absl/strings/string_view.h"
#include "service/admin/http_server.h"

namespace tcgate {

class Vendor;

// What the sandbox does for its user, on the port on which it imitates the
// vendor: no signature.
//
//   GET  /_sandbox/        a page that says what there is
//   GET  /_sandbox/stats   what has happened; see `SandboxStats::Render`
//   GET  /_sandbox/faults  those in force; see `RenderFaults`
//   POST /_sandbox/faults  replaces the faults in force by those of the body;
//                          see `ParseFaults`
//   POST /_sandbox/limits  {"enabled":false}: the vendor's rate limits do not
//                          hold; true: they do
//   POST /_sandbox/reset   forgets all that was made, counted and asked for,
//                          but for the limits
//
// Answers JSON but for the page, {} where there is nothing to tell, and
// {"error":"..."} with 400, 404, 405 or 413.
inline constexpr char kControlPrefix[] = "/_sandbox/";
HttpServer::Reply AnswerControl(const HttpServer::Request& request,
                                Vendor& vendor);

// The page, plain text.
absl::string_view ControlPage();

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_CONTROL_H_
