#include "tests/quota/traffic.h"

#include <algorithm>
#include <cmath>

namespace tcgate {

using std::chrono::duration;
using std::chrono::duration_cast;
using std::chrono::nanoseconds;

Traffic::Traffic(std::uint64_t seed, Quota::Options options)
    : quota(loop, metrics.quota(), options), random_(seed) {
  action.label = "demo.Do";
}

double Traffic::Random() {  // SplitMix64: the same everywhere.
  std::uint64_t z = (random_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

Detached Traffic::Call(std::size_t index, nanoseconds patience,
                       Cancellation& cancel) {
  ++calls;
  const MonoTime came = loop.Now();
  const Caller caller = callers[index];  // A copy: callers may be added.
  QuotaRequest request;
  request.group = caller.group;
  request.action = caller.action != nullptr ? caller.action : &action;
  request.host = caller.host;
  request.caller = caller.id;
  request.weight = caller.weight;
  request.bytes = 100;
  request.deadline = came + patience;
  Task<QuotaResult> task = quota.Take(request, cancel);
  const QuotaResult result = co_await task;
  ended.push_back({index, came, request.deadline, result});
  if (!result.outcome.ok()) co_return;
  const MonoTime sent = loop.Now();
  const MonoTime then = sent + took;
  co_await loop.SleepUntil(then, never);
  Outcome outcome;
  if (answer) outcome = answer(sent);
  quota.Learn(request, result, outcome, took);
}

Detached Traffic::Send(std::size_t index, MonoTime end) {
  // Each caller somewhere in its own beat.
  const Caller caller = callers[index];
  MonoTime next =
      loop.Now() + duration_cast<nanoseconds>(caller.every * Random());
  while (next < end) {
    co_await loop.SleepUntil(next, never);
    Call(index, caller.patience, never);
    const double beats = caller.poisson ? -std::log(1 - Random()) : 1;
    next += duration_cast<nanoseconds>(caller.every * beats);
  }
}

Detached Traffic::CancelAfter(nanoseconds time, Cancellation& cancel) {
  const MonoTime then = loop.Now() + time;
  co_await loop.SleepUntil(then, never);
  cancel.Request();
}

Detached Traffic::StopAfter(nanoseconds time) {
  const MonoTime end = loop.Now() + time;
  co_await loop.SleepUntil(end, never);
  loop.Stop();
}

void Traffic::Run(nanoseconds time) {
  StopAfter(time);
  loop.Run();
}

void Traffic::RunAll(nanoseconds time) {
  nanoseconds longest{0};
  const MonoTime end = loop.Now() + time;
  for (std::size_t i = 0; i < callers.size(); ++i) {
    Send(i, end);
    longest = std::max(longest, callers[i].patience);
  }
  Run(time + longest + took + std::chrono::seconds(1));
}

std::vector<MonoTime> Traffic::Slots() const {
  std::vector<MonoTime> slots;
  for (const Ended& call : ended) {
    if (call.result.outcome.ok()) slots.push_back(call.result.granted);
  }
  return slots;
}

std::vector<double> Traffic::Shares() const {
  std::vector<double> shares(callers.size());
  for (const Ended& call : ended) {
    if (call.result.outcome.ok()) shares[call.caller] += 1;
  }
  return shares;
}

double Traffic::Speed() const {
  const std::vector<MonoTime> slots = Slots();
  return static_cast<double>(slots.size() - 1) /
         duration<double>(slots.back() - slots.front()).count();
}

std::size_t Traffic::Refused() const {
  return static_cast<std::size_t>(
      std::count_if(ended.begin(), ended.end(), [](const Ended& call) {
        return call.result.outcome.reason == reason::kQuotaExhausted;
      }));
}

std::size_t Traffic::RefusedLate() const {
  return static_cast<std::size_t>(
      std::count_if(ended.begin(), ended.end(), [](const Ended& call) {
        return call.result.outcome.reason == reason::kQuotaExhausted &&
               call.result.waited.count() > 0;
      }));
}

std::size_t MostInAWindow(const std::vector<MonoTime>& slots,
                          nanoseconds period) {
  std::size_t most = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    while (slots[i] - slots[first] >= period) ++first;
    most = std::max(most, i - first + 1);
  }
  return most;
}

double Jain(const std::vector<double>& shares) {
  double sum = 0;
  double squares = 0;
  for (const double share : shares) {
    sum += share;
    squares += share * share;
  }
  return sum * sum / (static_cast<double>(shares.size()) * squares);
}

}  // namespace tcgate
