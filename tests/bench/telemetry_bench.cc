// What one call costs in metrics and log, above all a call that the cache
// answers: it does little else.

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <memory>

#include "service/base/random.h"
#include "service/telemetry/access_log.h"
#include "service/telemetry/cache_metrics.h"
#include "service/telemetry/metrics.h"
#include "service/telemetry/trace_context.h"

namespace tcgate {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

// What all threads of a benchmark share.
struct Shared {
  Metrics metrics{{"acme.GetAnvil", "acme.MakeAnvil"}};
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  AccessLog log{null, AccessLog::Level::kAll, &metrics};
  const Outcome outcome = [] {
    Outcome ok;
    ok.decided_by = DecidedBy::kVendor;
    ok.ran = Ran::kYes;
    ok.request_id = "6b1c6a5e-9f2c-4b0e-8a3d-2f1f0c9d8e7a";
    return ok;
  }();
};

Shared& shared() {
  static Shared shared;
  return shared;
}

AccessEntry Hit() {
  AccessEntry entry;
  entry.start = SystemClock().WallNow();
  entry.took = microseconds(37);
  entry.action = "acme.GetAnvil";
  entry.caller = "spiffe://example.org/ns/robots/sa/dispatch";
  entry.peer = "ipv4:10.20.30.40:51234";
  entry.account = "default";
  entry.region = "ap-guangzhou";
  entry.cache = "hit";
  entry.trace_id = "0af7651916cd43dd8448eb211c80319c";
  entry.parent_id = "b7ad6b7169203331";
  entry.outcome = &shared().outcome;
  entry.request_bytes = 20;
  entry.reply_bytes = 4000;
  return entry;
}

void BM_InFlight(benchmark::State& state) {
  for (auto _ : state) {
    shared().metrics.InFlight(+1);
    shared().metrics.InFlight(-1);
  }
}

void BM_CallEnded(benchmark::State& state) {
  for (auto _ : state) {
    shared().metrics.CallEnded(0, absl::StatusCode::kOk, DecidedBy::kVendor,
                               microseconds(37));
  }
}

void BM_Replied(benchmark::State& state) {
  shared().metrics.Replied(0, "miss");
  for (auto _ : state) shared().metrics.Replied(0, "hit");
}

void BM_Served(benchmark::State& state) {
  for (auto _ : state) shared().metrics.cache().Served(seconds(1));
}

void BM_AccessLine(benchmark::State& state) {
  const AccessEntry entry = Hit();
  std::string line;
  for (auto _ : state) {
    line.clear();
    AppendAccessLine(entry, line);
    benchmark::DoNotOptimize(line.data());
  }
}

void BM_AccessLog(benchmark::State& state) {
  const AccessEntry entry = Hit();
  for (auto _ : state) shared().log.Write(entry);
}

// Everything that a hit does.
void BM_Hit(benchmark::State& state) {
  Metrics& metrics = shared().metrics;
  for (auto _ : state) {
    metrics.InFlight(+1);
    metrics.cache().Served(seconds(1));
    metrics.InFlight(-1);
    metrics.CallEnded(0, absl::StatusCode::kOk, DecidedBy::kVendor,
                      microseconds(37));
    metrics.Replied(0, "hit");
    shared().log.Write(Hit());
  }
}

void BM_ChildTraceparent(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(ChildTraceparent("", SystemRandom()));
  }
}

// Wall time: threads that wait for each other use no CPU meanwhile.
#define BOTH(name) BENCHMARK(name)->Threads(1)->Threads(2)->UseRealTime()
BOTH(BM_InFlight);
BOTH(BM_CallEnded);
BOTH(BM_Replied);
BOTH(BM_Served);
BOTH(BM_AccessLine);
BOTH(BM_AccessLog);
BOTH(BM_Hit);
BENCHMARK(BM_ChildTraceparent);
#undef BOTH

}  // namespace
}  // namespace tcgate

BENCHMARK_MAIN();
