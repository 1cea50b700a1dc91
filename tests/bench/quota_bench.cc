// What the quota costs a call: where a slot is free, where many wait, where it
// refuses. On virtual time, so that the vendor's pace is not measured.

#include <benchmark/benchmark.h>

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/http/loop.h"
#include "service/quota/quota.h"
#include "service/telemetry/metrics.h"
#include "tests/support/virtual_loop.h"

namespace tcgate {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

struct Bench {
  Bench() { action.label = "demo.Do"; }
  // Nobody may wait when the quota goes.
  ~Bench() {
    for (Cancellation& one : waiting) one.Request();
  }

  QuotaRequest Request(const std::string& caller, nanoseconds patience) {
    QuotaRequest request;
    request.group = "default";
    request.action = &action;
    request.host = "demo.tencentcloudapi.com";
    request.caller = caller;
    request.bytes = 300;
    request.deadline = loop.loop.Now() + patience;
    return request;
  }

  Detached Call(QuotaRequest request, Cancellation& cancel) {
    Task<QuotaResult> task = quota.Take(request, cancel);
    const QuotaResult result = co_await task;
    ended += result.outcome.ok() ? 1 : 0;
    if (result.outcome.ok()) {
      quota.Learn(request, result, Outcome(), milliseconds(50));
    }
  }

  Detached StopAfter(nanoseconds time) {
    const MonoTime end = loop.loop.Now() + time;
    co_await loop.loop.SleepUntil(end, never);
    loop.loop.Stop();
  }

  // `calls` that wait, of as many callers in turn.
  void Queue(int calls, int callers) {
    for (int i = 0; i < callers; ++i) {
      names.push_back(absl::StrCat("spiffe://example.org/ns/demo/sa/", i));
    }
    for (int i = 0; i <= calls; ++i) {  // The first does not wait.
      Call(Request(names[static_cast<std::size_t>(i % callers)], hours(9)),
           waiting.emplace_back());
    }
  }

  VirtualLoop loop;
  Action action;
  Metrics metrics{{"demo.Do"}};
  Quota quota{loop.loop, metrics.quota(), {1'000'000, 1 << 30}};
  Cancellation never;
  std::deque<Cancellation> waiting;
  std::vector<std::string> names;
  int ended = 0;
};

void BM_TakeAndLearnWithoutAWait(benchmark::State& state) {
  Bench bench;
  bench.Queue(0, 1);
  for (auto _ : state) {
    bench.loop.clock.Advance(milliseconds(60));
    bench.Call(bench.Request(bench.names[0], hours(1)), bench.never);
  }
  if (bench.ended != state.iterations() + 1) state.SkipWithError("waited");
}
BENCHMARK(BM_TakeAndLearnWithoutAWait);

// A slot is given and a call comes in its place; the loop's round is in it.
void BM_ASlotAndANewCallWithManyWaiting(benchmark::State& state) {
  Bench bench;
  bench.Queue(static_cast<int>(state.range(0)),
              static_cast<int>(state.range(1)));
  std::size_t next = 0;
  for (auto _ : state) {
    next = (next + 1) % bench.names.size();
    bench.Call(bench.Request(bench.names[next], hours(9)),
               bench.waiting.emplace_back());
    bench.StopAfter(milliseconds(52));
    bench.loop.loop.Run();
  }
  if (bench.ended == 0) state.SkipWithError("nothing was granted");
}
BENCHMARK(BM_ASlotAndANewCallWithManyWaiting)
    ->Args({10, 10})
    ->Args({10'000, 10})
    ->Args({10'000, 1000});

// As in an overload: a caller that was refused before.
void BM_ARefusalWithManyWaiting(benchmark::State& state) {
  Bench bench;
  bench.Queue(static_cast<int>(state.range(0)),
              static_cast<int>(state.range(1)));
  std::size_t next = 0;
  for (auto _ : state) {
    next = (next + 1) % bench.names.size();
    bench.Call(bench.Request(bench.names[next], milliseconds(1)), bench.never);
  }
  if (bench.ended != 1) state.SkipWithError("granted");
}
BENCHMARK(BM_ARefusalWithManyWaiting)->Args({10'000, 10})->Args({10'000, 1000});

// The dearest: each that leaves makes predictions anew.
void BM_ACallComesAndLeavesWithManyWaiting(benchmark::State& state) {
  Bench bench;
  bench.Queue(static_cast<int>(state.range(0)),
              static_cast<int>(state.range(1)));
  for (auto _ : state) {
    Cancellation cancel;
    bench.Call(bench.Request(bench.names[0], hours(9)), cancel);
    cancel.Request();
  }
}
BENCHMARK(BM_ACallComesAndLeavesWithManyWaiting)
    ->Args({10'000, 10})
    ->Args({10'000, 1000})
    ->Args({10'000, 10'000});

}  // namespace
}  // namespace tcgate

BENCHMARK_MAIN();
