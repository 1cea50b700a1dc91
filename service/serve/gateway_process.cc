#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "service/access/access.h"
#include "service/admin/admin_server.h"
#include "service/base/clock.h"
#include "service/base/random.h"
#include "service/codec/table.h"
#include "service/credentials/keeper_client.h"
#include "service/credentials/keeper_link.h"
#include "service/gateway/gateway.h"
#include "service/http/curl_client.h"
#include "service/http/curl_multi.h"
#include "service/http/loop.h"
#include "service/http/resolver.h"
#include "service/rpc/edge.h"
#include "service/serve/accounts.h"
#include "service/serve/convert.h"
#include "service/serve/own_sandbox.h"
#include "service/serve/serve.h"
#include "service/serve/signals.h"
#include "service/telemetry/access_log.h"
#include "service/telemetry/metrics.h"
#include "service/telemetry/upstream_metrics.h"
#include "service/upstream/tencent_upstream.h"
#include "service/upstream/warm_connections.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {
namespace {

int Fail(const absl::Status& status) {
  std::cerr << "tcgate serve: " << status.message() << "\n";
  return absl::IsInvalidArgument(status) ? kExitUsage : kExitFailure;
}

// A descriptor for each connection and call; the soft limit is often 1024.
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Runs a loop on a thread of its own until it goes.
class LoopThread {
 public:
  LoopThread(Loop& loop, WarmConnections& warm)
      : loop_(loop), warm_(warm), thread_([this] { loop_.Run(); }) {}
  ~LoopThread() {
    loop_.Post([this] { warm_.Stop(); });
    // Behind what was posted: cancelled calls end before the loop does.
    loop_.Post([this] { loop_.Stop(); });
    thread_.join();
  }

 private:
  Loop& loop_;
  WarmConnections& warm_;
  std::thread thread_;
};

// Opens connections to where calls will go, product by product.
void WarmHosts(const Catalog& catalog,
               const std::map<std::string, Account>& accounts,
               Upstream& upstream, WarmConnections& warm) {
  std::set<const Product*> seen;
  for (const Action& action : catalog.actions()) {
    if (!seen.insert(action.product).second) continue;
    for (const auto& [name, account] : accounts) {
      const Route route = upstream.Choose(account, action, nullptr);
      if (route.endpoint == nullptr) continue;
      warm.Expect(*route.endpoint, 0, SystemClock().MonoNow());
    }
  }
}

}  // namespace

int RunGateway(const Settings& settings, absl::string_view keeper) {
  const config::v1::Config& config = *settings.config;
  const EndSignals ends;
  RaiseFileLimit();
  // The keeper started /proc/self/exe, which would be the name in `ps`.
  prctl(PR_SET_NAME, "tcgate");

  absl::StatusOr<KeeperLink> link = KeeperLink::Adopt(keeper);
  if (!link.ok()) return Fail(link.status());
  absl::StatusOr<OwnSandbox> sandbox =
      OwnSandbox::Start(settings, *link, SystemClock());
  if (!sandbox.ok()) return Fail(sandbox.status());

  const std::map<std::string, Account> accounts =
      MakeAccounts(settings, sandbox->url(), sandbox->ca_file());

  // From the bottom up; destroyed in reverse.
  Metrics metrics(Labels(*settings.catalog));
  KeeperClient::Options key_options = KeeperClientOptions(settings);
  key_options.on_keeper_gone = [] {
    std::cerr << "tcgate serve: the key keeper has gone\n";
    _exit(kExitFailure);
  };
  key_options.on_signs_until = [&metrics](const std::string& account,
                                          WallTime until) {
    metrics.upstream().CredentialExpires(account, until);
  };
  absl::StatusOr<std::unique_ptr<KeeperClient>> keys = KeeperClient::Connect(
      *std::move(link), std::move(key_options), SystemClock());
  if (!keys.ok()) return Fail(keys.status());

  AccessLog access_log(STDOUT_FILENO, AccessLevel(config.log()), &metrics);
  Tables tables;
  CurlMulti multi(static_cast<std::size_t>(config.limits().calls_in_flight()));
  Loop loop(SystemClock(), multi);
  Resolver resolver(loop);
  CurlClientOptions http_options;
  http_options.on_connection_opened = [&metrics] {
    metrics.upstream().ConnectionOpened();
  };
  http_options.on_connection_reused = [&metrics] {
    metrics.upstream().ConnectionReused();
  };
  loop.OnLag([&metrics](std::chrono::nanoseconds lag) {
    metrics.upstream().LoopLag(lag);
  });
  CurlClient http(loop, multi, resolver, std::move(http_options));
  WarmConnections warm(http, config.attempts().warm_connections(),
                       config.limits().calls_in_flight());
  TencentUpstream upstream(
      settings.catalog->actions(), tables, **keys, http, loop, SystemClock(),
      metrics, static_cast<std::size_t>(config.limits().reply_bytes()), &warm);
  const Access access(MakeRules(settings, accounts),
                      settings.catalog->actions());
  Gateway gateway(*settings.catalog, tables, access, upstream, loop,
                  SystemClock(), SystemRandom(), metrics,
                  GatewayOptionsOf(config, *settings.catalog));

  absl::StatusOr<std::unique_ptr<AdminServer>> admin =
      AdminServer::Start(config.admin().address(), metrics);
  if (!admin.ok()) return Fail(admin.status());
  const LoopThread loop_thread(loop, warm);
  absl::StatusOr<std::unique_ptr<Edge>> edge = Edge::Start(
      EdgeOptionsOf(config), *settings.catalog, gateway, metrics, access_log);
  if (!edge.ok()) return Fail(edge.status());

  if (!sandbox->address().empty()) {
    std::cout << "tcgate: sandbox listening on " << sandbox->address() << "\n";
  }
  std::cout << "tcgate: admin listening on " << (*admin)->address() << "\n";
  for (const std::string& address : (*edge)->addresses()) {
    std::cout << "tcgate: grpc listening on " << address << "\n";
  }
  std::cout << std::flush;
  loop.Post([&] { WarmHosts(*settings.catalog, accounts, upstream, warm); });
  (*admin)->SetReady(true);

  ends.Wait();
  (*admin)->SetReady(false);
  (*edge)->Drain();
  return 0;
}

}  // namespace tcgate
