#include "service/rpc/edge.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/resource_quota.h"
#include "service/base/clock.h"
#include "service/catalog/catalog.h"
#include "service/rpc/deadline.h"
#include "service/rpc/edge_server.h"
#include "service/rpc/grpc_log.h"
#include "service/rpc/health.h"
#include "service/rpc/open_listener.h"
#include "service/rpc/open_set.h"
#include "service/rpc/reflection.h"
#include "service/rpc/rpc_call.h"
#include "service/rpc/server_settings.h"
#include "service/rpc/stream.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;

// How often a drain looks: nothing tells it that a connection has closed.
constexpr milliseconds kLook{20};
// Between the last connection's notice of its age and its last call's arrival:
// chosen, far above a round trip.
constexpr milliseconds kLastArrivals{500};
// For calls that were told to end, and for what gRPC has to write after that.
constexpr milliseconds kEnding{1000};

// Returns once `done` is true or `latest` has passed.
template <typename Predicate>
void WaitUntil(MonoTime latest, Predicate done) {
  while (!done() && SystemClock().MonoNow() < latest) {
    std::this_thread::sleep_for(kLook);
  }
}

absl::Status CheckProducts(const EdgeOptions& options, const Catalog& catalog) {
  for (const std::string& code : options.products) {
    const bool known = std::any_of(
        catalog.products().begin(), catalog.products().end(),
        [&code](const Product& product) { return product.code == code; });
    if (!known) {
      return absl::InvalidArgumentError(
          absl::StrCat("the catalogue has no product \"", code, "\""));
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> ServiceNames(const Catalog& catalog) {
  std::vector<std::string> names;
  for (const Product& product : catalog.products()) {
    names.push_back(product.service);
  }
  return names;
}

}  // namespace

// In the order that destruction needs, which is the reverse: servers first.
struct Edge::Parts {
  Parts(EdgeOptions edge_options, const Catalog& catalog)
      : options(std::move(edge_options)),
        health(ServiceNames(catalog), streams),
        reflection(catalog, streams),
        quota("tcgate") {
    quota.Resize(options.bytes_in_flight + kQuotaMarginBytes);
  }

  std::size_t OpenConnections() {
    std::size_t open = 0;
    for (const auto& server : servers) {
      open += server->listener().open_connections();
    }
    return open;
  }

  // A stream may have no end of its own: nobody waits for it.
  bool OnlyStreamsLeft() const {
    const auto left = calls.All();
    return std::all_of(left.begin(), left.end(),
                       [](const auto& call) { return call->streams(); });
  }

  const EdgeOptions options;
  OpenSet<RpcCall> calls;
  OpenSet<Stream> streams;
  std::atomic<bool> stopping{false};
  Health health;
  Reflection reflection;
  grpc::ResourceQuota quota;
  std::vector<std::unique_ptr<EdgeServer>> servers;
};

absl::StatusOr<std::unique_ptr<Edge>> Edge::Start(EdgeOptions options,
                                                  const Catalog& catalog,
                                                  Gateway& gateway,
                                                  Metrics& metrics,
                                                  AccessLog& access_log) {
  if (absl::Status status = CheckProducts(options, catalog); !status.ok()) {
    return status;
  }
  // All are bound and built before any is served: a start that fails serves
  // nobody.
  std::vector<OpenListener> listeners;
  for (const ListenOptions& listen : options.listen) {
    absl::StatusOr<OpenListener> listener = Open(listen, options);
    if (!listener.ok()) return listener.status();
    listeners.push_back(*std::move(listener));
  }
  LogOnlyPlacesOfGrpcErrors();

  auto parts = std::make_unique<Parts>(std::move(options), catalog);
  const EdgeServer::Services services{
      parts->health, parts->options.reflection ? &parts->reflection : nullptr};
  for (OpenListener& listener : listeners) {
    ServerScope scope{catalog,
                      gateway,
                      metrics,
                      access_log,
                      parts->calls,
                      parts->stopping,
                      parts->options.request_bytes,
                      LongestWithin(parts->options.max_connection_age_grace),
                      std::move(listener.identity)};
    auto server = EdgeServer::Build(
        std::move(listener.listener), std::move(listener.certificates),
        parts->options, std::move(scope), services, parts->quota);
    if (!server.ok()) return server.status();
    parts->servers.push_back(*std::move(server));
  }
  for (const auto& server : parts->servers) server->Start();
  return std::unique_ptr<Edge>(new Edge(std::move(parts)));
}

Edge::Edge(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Edge::~Edge() { Stop(); }

std::vector<std::string> Edge::addresses() const {
  std::vector<std::string> addresses;
  for (const auto& server : parts_->servers) {
    addresses.push_back(server->listener().address());
  }
  return addresses;
}

void Edge::Drain() {
  Parts& parts = *parts_;
  parts.health.Leave();
  for (const auto& stream : parts.streams.All()) stream->OnDrain();
  for (const auto& server : parts.servers) server->listener().Close();

  const MonoTime start = SystemClock().MonoNow();
  const MonoTime all_aged =
      start + parts.options.max_connection_age * 11 / 10 + kLastArrivals;
  WaitUntil(start + parts.options.drain_timeout, [&parts, all_aged] {
    return parts.OpenConnections() == 0 ||
           (SystemClock().MonoNow() >= all_aged && parts.OnlyStreamsLeft());
  });
  Stop();
}

void Edge::Stop() {
  Parts& parts = *parts_;
  if (parts.stopping.exchange(true)) return;
  // A call that comes from here on refuses itself. Those that are out end by
  // our word before gRPC's, which would be UNAVAILABLE, the one code that
  // meshes repeat, for writes too.
  for (const auto& call : parts.calls.All()) call->Cancel();
  for (const auto& stream : parts.streams.All()) {
    stream->End({grpc::StatusCode::UNAVAILABLE, "tcgate is shutting down"});
  }
  WaitUntil(SystemClock().MonoNow() + kEnding, [&parts] {
    return parts.calls.size() == 0 && parts.streams.size() == 0;
  });
  for (const auto& server : parts.servers) {
    server->Shutdown(SystemClock().WallNow() + kEnding);
  }
}

}  // namespace tcgate
