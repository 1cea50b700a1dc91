// The way of a hit, `Replies::Find`, from 1 to 1,000,000 entries and on one and
// two threads; and what an entry takes in memory, beside what it is counted as.
//
// `Any` looks for entries at random, so that nothing of a large store is in the
// processor's caches: the worst case. `Hot` looks for one of them.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "service/replies/replies.h"
#include "service/telemetry/cache_metrics.h"
#include "service/telemetry/metrics.h"
#include "tests/replies/demo_actions.h"
#include "tests/support/virtual_loop.h"

namespace tcgate {
namespace {

// A request of usual size, whose last digits tell the entries apart.
constexpr char kBody[] =
    R"({"ProjectId":"project-4711","PageSize":20,"PageNum":0000000})";
constexpr std::size_t kDigits = sizeof(kBody) - 1 - 1 - 7;

void WriteNumber(std::uint32_t number, std::string& body) {
  for (std::size_t i = 7; i-- > 0; number /= 10) {
    body[kDigits + i] = static_cast<char>('0' + number % 10);
  }
}

double ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0;
  double resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// A store with `count` replies of 200 bytes.
struct Filled {
  explicit Filled(std::uint32_t count_in) : count(count_in) {
    ReplyLimits limits;
    limits.bytes = std::size_t{4} << 30;
    limits.ttl.assign(demo.actions.size(), std::chrono::hours(1));
    const double before = ResidentBytes();
    replies = std::make_unique<Replies>(demo.actions, 2, limits, SystemClock(),
                                        virtual_loop.loop, metrics.cache());
    std::string body = kBody;
    for (std::uint32_t i = 0; i < count; ++i) {
      WriteNumber(i, body);
      Answer answer;
      answer.outcome.ran = Ran::kYes;
      answer.outcome.request_id = "8979fc1e-9564-4fc9-bf7d-2958ce679b72";
      answer.wire = std::make_shared<const std::string>(200, 'x');
      auto way = replies->Get(Request(body));
      std::get<Lead>(way).ticket.Finish(std::move(answer));
    }
    resident = (ResidentBytes() - before) / count;
  }

  ReplyRequest Request(const std::string& body) const {
    ReplyRequest request;
    request.action = &demo.read_a;
    request.account = &demo.one;
    request.region = "ap-guangzhou";
    request.language = "en-US";
    request.body = body;
    request.deadline = MonoTime::max();
    return request;
  }

  double Counted() const {
    const std::string text = metrics.Render();
    const std::string name = "\ntcgate_cache_bytes ";
    return std::stod(text.substr(text.find(name) + name.size())) / count;
  }

  const std::uint32_t count;
  DemoActions demo;
  VirtualLoop virtual_loop;
  Metrics metrics{{}};
  std::unique_ptr<Replies> replies;
  double resident = 0;
};

// One at a time: a million entries are half a gigabyte.
std::unique_ptr<Filled> filled;

void SetUp(const benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  if (filled == nullptr || filled->count != count) {
    filled.reset();
    filled = std::make_unique<Filled>(count);
  }
}

void Find(benchmark::State& state, bool hot) {
  Replies& replies = *filled->replies;
  std::string body = kBody;
  std::uint32_t draw =
      12345U + static_cast<std::uint32_t>(state.thread_index());
  for (auto _ : state) {
    draw = draw * 1664525U + 1013904223U;
    const std::uint64_t number =
        (static_cast<std::uint64_t>(draw) * filled->count) >> 32;
    WriteNumber(hot ? 0 : static_cast<std::uint32_t>(number), body);
    auto hit = replies.Find(filled->Request(body));
    if (!hit.has_value()) state.SkipWithError("not found");
    benchmark::DoNotOptimize(hit);
  }
  if (state.thread_index() == 0) {
    state.counters["counted_B"] = filled->Counted();
    state.counters["resident_B"] = filled->resident;
  }
}

void Any(benchmark::State& state) { Find(state, false); }
void Hot(benchmark::State& state) { Find(state, true); }

// What the same loop costs without the look-up.
void Floor(benchmark::State& state) {
  std::string body = kBody;
  std::uint32_t draw = 12345U;
  for (auto _ : state) {
    draw = draw * 1664525U + 1013904223U;
    WriteNumber(draw % 10'000'000, body);
    ReplyRequest request = filled->Request(body);
    benchmark::DoNotOptimize(request);
  }
}

BENCHMARK(Any)
    ->Setup(SetUp)
    ->Arg(1)
    ->Arg(1000)
    ->Arg(1'000'000)
    ->ThreadRange(1, 2)
    ->UseRealTime();
BENCHMARK(Hot)
    ->Setup(SetUp)
    ->Arg(1)
    ->Arg(1000)
    ->Arg(1'000'000)
    ->ThreadRange(1, 2)
    ->UseRealTime();
BENCHMARK(Floor)->Setup(SetUp)->Arg(1)->UseRealTime();

}  // namespace
}  // namespace tcgate

BENCHMARK_MAIN();
