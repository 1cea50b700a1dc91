#include "service/sandbox/vendor.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "service/catalog/action.h"
#include "service/sandbox/find_action.h"
#include "service/sandbox/parameters.h"
#include "service/sandbox/reply.h"
#include "service/sandbox/speech.h"

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
               const Catalog& catalog, const Clock& clock, bool limits)
    : credentials_(std::move(credentials)),
      catalog_(catalog),
      clock_(clock),
      limits_(limits) {}

void Vendor::Reset() {
  stats_ = SandboxStats();
  faults_.Replace({});
  limits_.Forget();
  worlds_.clear();
}

World& Vendor::WorldOf(const SandboxCredential& signer, WallTime now) {
  return worlds_.try_emplace(signer.secret_id, plans_, now).first->second;
}

std::optional<VendorError> Vendor::Judge(const HttpServer::Request& request,
                                         const Fault* fault, WallTime now,
                                         Judged& judged) {
  std::optional<VendorError> error =
      Verify(credentials_, *judged.action, request, now, judged.signer);
  if (error.has_value()) return error;
  const nlohmann::json& plan = plans_.ForAction(judged.action->label);
  const std::string code = plan.value("limit_code", "RequestLimitExceeded");
  if (fault != nullptr && fault->kind == Kind::kLimit) {
    return RateError(*judged.action, fault->code.empty() ? code : fault->code,
                     judged.action->limit_calls + 1);
  }
  error = limits_.Count(judged.signer->secret_id, *judged.action, code, now);
  if (!error.has_value()) {
    error = ReadParameters(request, *judged.action->request, judged.parameters);
  }
  if (!error.has_value()) error = CheckValues(plan, judged.parameters);
  return error;
}

HttpServer::Reply Vendor::Answer(const HttpServer::Request& request) {
  Judged judged;
  std::optional<VendorError> error = CheckForm(request);
  if (!error.has_value()) error = FindAction(catalog_, request, judged.action);
  const std::string label =
      judged.action == nullptr ? "unknown" : judged.action->label;

  const Fault* const fault = faults_.Draw(label);
  const auto asked = [fault](Kind kind) {
    return fault != nullptr && fault->kind == kind;
  };
  if (asked(Kind::kStatus)) return FrontEndPage(fault->status);
  if (asked(Kind::kNotJson)) return FrontEndPage(200);
  const WallTime real_now = clock_.WallNow();
  WallTime now = real_now;
  if (asked(Kind::kClockSkew)) now += fault->ms;

  if (!error.has_value()) error = Judge(request, fault, now, judged);
  ReplyJson content;
  if (!error.has_value()) {
    // By the real time: what is made while a clock is skewed outlives that.
    error = WorldOf(*judged.signer, real_now)
                .Run(*judged.action, judged.parameters, real_now, content);
  }

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
    if (judged.action->sse) {
      Speak(judged.parameters, fault, reply);
    } else {
      reply.body = Envelope(std::move(content), NewRequestId());
    }
  }
  if (fault != nullptr) Spoil(*fault, reply);
  return reply;
}

}  // namespace tcgate
