#ifndef TCGATE_SERVICE_ADMIN_ADMIN_SERVER_H_
#define TCGATE_SERVICE_ADMIN_ADMIN_SERVER_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/admin/http_server.h"

namespace tcgate {

class Metrics;

// The admin port: plain HTTP, read only, for probes and metrics.
//
//   GET /livez    200 while the process runs
//   GET /readyz   200 when started and not draining, else 503; nothing else
//                 counts, since an outage elsewhere must not take every replica
//                 out of service
//   GET /metrics  the Prometheus text format
//   GET /         what there is
//
// Nothing of it is secret, yet metrics tell much: the default is loopback.
// Thread-safe. Serves on one thread of its own, at most 64 connections, each
// idle at most 30 s.
class AdminServer {
 public:
  // `address` is an IP address and port, `127.0.0.1:9901`; port 0 is any free
  // one. `metrics` must outlive the server. Not ready at first. Fails as
  // `HttpServer::Start` does.
  static absl::StatusOr<std::unique_ptr<AdminServer>> Start(
      const std::string& address, Metrics& metrics);

  // For `/readyz`, and shown in the metrics.
  void SetReady(bool ready);

  // The address listened on, with the port that was chosen.
  const std::string& address() const { return server_->address(); }

 private:
  explicit AdminServer(Metrics& metrics) : metrics_(metrics) {}

  HttpServer::Reply Answer(const HttpServer::Request& request) const;

  Metrics& metrics_;
  std::atomic<bool> ready_{false};
  // Last: its thread uses the others.
  std::unique_ptr<HttpServer> server_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_ADMIN_ADMIN_SERVER_H_
