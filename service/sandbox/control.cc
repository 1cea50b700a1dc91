#include "service/sandbox/control.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/sandbox/vendor.h"

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

HttpServer::Reply Page(const std::string&, Vendor&) {
  HttpServer::Reply reply;
  reply.body = std::string(ControlPage());
  return reply;
}

HttpServer::Reply Stats(const std::string&, Vendor& vendor) {
  return Json(vendor.stats().Render());
}

HttpServer::Reply ShowFaults(const std::string&, Vendor& vendor) {
  return Json(RenderFaults(vendor.faults().InForce()));
}

HttpServer::Reply SetFaults(const std::string& body, Vendor& vendor) {
  absl::StatusOr<std::vector<Fault>> list = ParseFaults(body);
  if (!list.ok()) return Error(400, list.status().message());
  vendor.faults().Replace(*list);
  return Json("{}");
}

HttpServer::Reply Limits(const std::string& body, Vendor& vendor) {
  const nlohmann::json asked =
      nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!asked.is_object() || asked.size() != 1 || !asked.contains("enabled") ||
      !asked.at("enabled").is_boolean()) {
    return Error(400, R"(the body must be {"enabled":true} or false)");
  }
  vendor.limits().Enable(asked.at("enabled").get<bool>());
  return Json("{}");
}

HttpServer::Reply Reset(const std::string&, Vendor& vendor) {
  vendor.Reset();
  return Json("{}");
}

struct Control {
  absl::string_view path;
  absl::string_view method;
  HttpServer::Reply (*answer)(const std::string& body, Vendor& vendor);
};

constexpr std::array<Control, 6> kControls = {{
    {"/_sandbox/", "GET", Page},
    {"/_sandbox/stats", "GET", Stats},
    {"/_sandbox/faults", "GET", ShowFaults},
    {"/_sandbox/faults", "POST", SetFaults},
    {"/_sandbox/limits", "POST", Limits},
    {"/_sandbox/reset", "POST", Reset},
}};

}  // namespace

HttpServer::Reply AnswerControl(const HttpServer::Request& request,
                                Vendor& vendor) {
  const absl::string_view path = request.path();
  const Control* found = nullptr;
  std::vector<absl::string_view> methods;
  for (const Control& control : kControls) {
    if (control.path != path) continue;
    methods.push_back(control.method);
    if (control.method == request.method) found = &control;
  }
  if (methods.empty()) return Error(404, "GET /_sandbox/ says what there is");
  if (found == nullptr) {
    return Error(405,
                 absl::StrCat(path, " takes ", absl::StrJoin(methods, " or ")));
  }
  if (request.too_large) return Error(413, "the body is too large");
  return found->answer(request.body, vendor);
}

}  // namespace tcgate
