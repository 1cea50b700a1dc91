#include "service/sandbox/control.h"

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

HttpServer::Reply Json(std::string body) {
  HttpServer::Reply reply;
  reply.content_type = "application/json";
  reply.body = std::move(body);
  return reply;
}

HttpServer::Reply Error(unsigned status, absl::string_view why) {
  const nlohmann::json error = {{"error", std::string(why)}};
  HttpServer::Reply reply = Json(
      error.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  reply.status = status;
  return reply;
}

}  // namespace

HttpServer::Reply AnswerControl(const HttpServer::Request& request,
                                SandboxStats& stats, FaultPlan& faults) {
  const absl::string_view path = request.path();
  const bool is_stats = path == "/_sandbox/stats";
  const bool is_faults = path == "/_sandbox/faults";
  if (!is_stats && !is_faults && path != "/_sandbox/reset") {
    return Error(404, "there are /_sandbox/stats, faults and reset");
  }
  const absl::string_view method = is_stats ? "GET" : "POST";
  if (request.method != method) {
    return Error(405, absl::StrCat(path, " takes ", method));
  }
  if (request.too_large) return Error(413, "the body is too large");
  if (is_stats) return Json(stats.Render());
  if (is_faults) {
    absl::StatusOr<std::vector<Fault>> list = ParseFaults(request.body);
    if (!list.ok()) return Error(400, list.status().message());
    faults.Replace(*list);
    return Json("{}");
  }
  stats = SandboxStats();
  faults.Replace({});
  return Json("{}");
}

}  // namespace tcgate
