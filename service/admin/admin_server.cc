#include "service/admin/admin_server.h"

#include <utility>

#include "service/telemetry/metrics.h"

namespace tcgate {
namespace {

constexpr char kIndex[] =
    "tcgate admin\n"
    "  /livez    200 while the process runs\n"
    "  /readyz   200 when started and not draining, else 503\n"
    "  /metrics  metrics in the Prometheus text format\n";

}  // namespace

absl::StatusOr<std::unique_ptr<AdminServer>> AdminServer::Start(
    const std::string& address, Metrics& metrics) {
  std::unique_ptr<AdminServer> admin(new AdminServer(metrics));
  HttpServer::Options options;
  options.address = address;
  absl::StatusOr<std::unique_ptr<HttpServer>> server = HttpServer::Start(
      std::move(options),
      [admin = admin.get()](const HttpServer::Request& request) {
        return admin->Answer(request);
      });
  if (!server.ok()) return server.status();
  admin->server_ = *std::move(server);
  return admin;
}

void AdminServer::SetReady(bool ready) {
  ready_ = ready;
  metrics_.Ready(ready);
}

HttpServer::Reply AdminServer::Answer(
    const HttpServer::Request& request) const {
  HttpServer::Reply reply;
  const absl::string_view path = request.path();
  if (request.too_large) {
    reply.status = 413;
    reply.body = "this port takes no body\n";
  } else if (path != "/" && path != "/livez" && path != "/readyz" &&
             path != "/metrics") {
    reply.status = 404;
    reply.body = "not found; / lists what there is\n";
  } else if (request.method != "GET") {
    reply.status = 405;
    reply.more_headers = {{"Allow", "GET"}};
    reply.body = "this port is read only: GET\n";
  } else if (path == "/livez") {
    reply.body = "ok\n";
  } else if (path == "/readyz") {
    const bool ready = ready_;
    reply.status = ready ? 200 : 503;
    reply.body = ready ? "ready\n" : "not ready\n";
  } else if (path == "/metrics") {
    reply.content_type = "text/plain; version=0.0.4";
    reply.body = metrics_.Render();
  } else {
    reply.body = kIndex;
  }
  return reply;
}

}  // namespace tcgate
