#include "service/sandbox/vendor.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "service/catalog/action.h"
#include "service/sandbox/find_action.h"
#include "service/sandbox/parameters.h"

namespace tcgate {
namespace {

using Kind = Fault::Kind;

// https://www.tencentcloud.com/document/api/1235/64586: "GET: 32 KB", "POST:
// 10 MB"; the latter is the server's limit.
constexpr std::size_t kMaxTargetBytes = 32 << 10;

std::optional<VendorError> CheckForm(const HttpServer::Request& request) {
  if (request.method != "GET" && request.method != "POST") {
    return VendorError{"UnsupportedProtocol",
                       "Only the HTTP methods GET and POST are supported."};
  }
  if (request.too_large || request.target.size() > kMaxTargetBytes) {
    return VendorError{"RequestSizeLimitExceeded",
                       "The request is larger than the limit."};
  }
  return std::nullopt;
}

VendorError RateError(const Action& action, const std::string& code) {
  return {code,
          absl::StrCat("Your current request times equals to `",
                       action.limit_calls + 1,
                       "` in a second, which exceeds the frequency limit `",
                       action.limit_calls,
                       "` for a second. Please reduce the frequency of "
                       "calls.")};
}

// What stands before the vendor's servers, in trouble.
HttpServer::Reply FrontEndPage(unsigned status) {
  HttpServer::Reply reply;
  reply.status = status;
  reply.content_type = "text/html";
  reply.body =
      "<html><body><h1>The service is not available</h1></body></html>";
  return reply;
}

void Spoil(const Fault& fault, HttpServer::Reply& reply) {
  if (fault.kind == Kind::kLatency) reply.delay = fault.ms;
  if (fault.kind == Kind::kReset) reply.sent = HttpServer::Sent::kHalfAndReset;
  if (fault.kind == Kind::kTruncate) reply.sent = HttpServer::Sent::kHalf;
  if (fault.kind == Kind::kCloseAfterRead) {
    reply.sent = HttpServer::Sent::kNothing;
  }
}

}  // namespace

Vendor::Vendor(std::vector<SandboxCredential> credentials,
               const Catalog& catalog, const Clock& clock)
    : credentials_(std::move(credentials)), catalog_(catalog), clock_(clock) {}

HttpServer::Reply Vendor::Answer(const HttpServer::Request& request) {
  const Action* action = nullptr;
  std::optional<VendorError> error = CheckForm(request);
  if (!error.has_value()) error = FindAction(catalog_, request, action);
  const std::string label = action == nullptr ? "unknown" : action->label;

  const Fault* const fault = faults_.Draw(label);
  const auto asked = [fault](Kind kind) {
    return fault != nullptr && fault->kind == kind;
  };
  if (asked(Kind::kStatus)) return FrontEndPage(fault->status);
  if (asked(Kind::kNotJson)) return FrontEndPage(200);
  WallTime now = clock_.WallNow();
  if (asked(Kind::kClockSkew)) now += fault->ms;

  nlohmann::json parameters;
  if (!error.has_value()) {
    error = Verify(credentials_, *action, request, now);
  }
  if (!error.has_value() && asked(Kind::kLimit)) {
    error = RateError(*action, fault->code);
  }
  if (!error.has_value()) {
    error = ReadParameters(request, *action->request, parameters);
  }
  if (!error.has_value()) error = book_.CheckValues(*action, parameters);

  HttpServer::Reply reply;
  // To the letter: with a charset behind it official clients see no error.
  reply.content_type = "application/json";
  reply.more_headers = {
      {"Date", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT",
                                absl::FromChrono(now), absl::UTCTimeZone())}};
  if (error.has_value()) {
    stats_.Refused(label, error->code);
    reply.body = ErrorReply(*error);
  } else {
    stats_.Executed(label);
    reply.body = book_.Answer(*action, parameters, now);
  }
  if (fault != nullptr) Spoil(*fault, reply);
  return reply;
}

}  // namespace tcgate
