#include "service/sandbox/sandbox.h"

#include <chrono>
#include <utility>

#include "absl/strings/match.h"
#include "service/admin/http_server.h"
#include "service/sandbox/certificate.h"
#include "service/sandbox/control.h"
#include "service/sandbox/vendor.h"

namespace tcgate {
namespace {

// https://www.tencentcloud.com/document/api/1235/64586: 10 MB for a POST.
constexpr std::size_t kMaxBodyBytes = 10 << 20;
// More than a gateway opens; each is small until it sends. Chosen.
constexpr std::size_t kMaxConnections = 1024;
// Longer than clients keep an idle connection to the vendor. Chosen.
constexpr std::chrono::seconds kIdle{75};

}  // namespace

struct Sandbox::Parts {
  Vendor vendor;
  // Last: its thread uses the vendor.
  std::unique_ptr<HttpServer> server;
};

Sandbox::Sandbox(std::unique_ptr<Parts> parts, std::string ca_pem)
    : parts_(std::move(parts)), ca_pem_(std::move(ca_pem)) {}

Sandbox::~Sandbox() = default;

const std::string& Sandbox::address() const {
  return parts_->server->address();
}

absl::StatusOr<std::unique_ptr<Sandbox>> Sandbox::Start(SandboxOptions options,
                                                        const Catalog& catalog,
                                                        const Clock& clock) {
  HttpServer::Options http;
  std::string ca_pem;
  if (options.tls) {
    absl::StatusOr<ServerIdentity> identity = MakeServerIdentity();
    if (!identity.ok()) return identity.status();
    http.certificate_chain = std::move(identity->certificate_pem);
    http.private_key = std::move(identity->key_pem);
    ca_pem = std::move(identity->ca_pem);
  }
  std::unique_ptr<Parts> parts(new Parts{
      Vendor(std::move(options.credentials), catalog, clock, options.limits),
      nullptr});
  Vendor* const vendor = &parts->vendor;
  http.address = std::move(options.address);
  http.max_connections = kMaxConnections;
  http.max_body_bytes = kMaxBodyBytes;
  http.idle = kIdle;
  http.connected = [vendor] { vendor->stats().Connected(); };
  absl::StatusOr<std::unique_ptr<HttpServer>> server = HttpServer::Start(
      std::move(http), [vendor](const HttpServer::Request& request) {
        return absl::StartsWith(request.path(), kControlPrefix)
                   ? AnswerControl(request, *vendor)
                   : vendor->Answer(request);
      });
  if (!server.ok()) return server.status();
  parts->server = *std::move(server);
  return std::unique_ptr<Sandbox>(
      new Sandbox(std::move(parts), std::move(ca_pem)));
}

}  // namespace tcgate
