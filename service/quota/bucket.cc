#include "service/quota/bucket.h"

#include <algorithm>

#include "service/telemetry/quota_metrics.h"

namespace tcgate {
namespace {

using std::chrono::duration;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// A guard of more than a quarter of the period is no guard against jitter any
// more: then somebody else takes of the limit, and repeats are the cure. So the
// action's own limit errors, even if every attempt meets one, leave callers
// four fifths of the quota.
constexpr double kMostGuards = 10;

// Chosen: those who wait learn at most so late that they wait in vain, and
// looking at all of them costs little at this rate.
constexpr milliseconds kLookEvery{50};

// Chosen; see `Turns`. Long enough to see a caller press who sends slowly.
nanoseconds Pressing(const Pace& pace) {
  return std::max<nanoseconds>(seconds(2), 4 * pace.full());
}

// Longer than any deadline, and short enough not to overflow.
constexpr nanoseconds kEver = std::chrono::hours(24);

// Chosen: what was learned of a bucket is of use for so long.
constexpr minutes kRemember{10};

}  // namespace

Bucket::Bucket(const QuotaRequest& request, Loop& loop, QuotaMetrics& metrics,
               Slowdown& group, Slowdown& host)
    : group_(request.group),
      action_(request.action->index),
      host_(request.host),
      loop_(loop),
      metrics_(metrics),
      group_slowdown_(group),
      host_slowdown_(host),
      slowdown_(kMostGuards, request.action->limit_period),
      pace_(request.action->limit_calls, request.action->limit_period,
            request.share),
      turns_(Pressing(pace_)),
      looked_(loop.Now()) {}

nanoseconds Bucket::Interval(MonoTime now) const {
  return pace_.Interval(
      slowdown_.Factor(now),
      std::max(group_slowdown_.Factor(now), host_slowdown_.Factor(now)));
}

bool Bucket::Forgettable(MonoTime now) const {
  return turns_.waiting() == 0 && !giving_ && Next(now) <= now - kRemember;
}

bool Bucket::TakeNow(const QuotaRequest& request, MonoTime now) {
  if (turns_.waiting() > 0 || Next(now) > now) return false;
  turns_.Pass(request.caller, request.weight);
  Used(now, /*awaited=*/false);
  return true;
}

void Bucket::Used(MonoTime now, bool awaited) {
  const double there_were = pace_.Use(now, Interval(now), awaited);
  metrics_.Slots(action_, 1, there_were);
}

MonoTime Bucket::SlotFor(const QuotaRequest& request, MonoTime now) {
  const nanoseconds interval = Interval(now);
  const MonoTime next = std::max(now, pace_.Next(interval));
  const nanoseconds left = request.deadline - next;
  const std::size_t most =
      left.count() > 0 ? static_cast<std::size_t>(left / interval) : 0;
  const std::size_t before =
      turns_.Before(request.caller, request.weight, now, most);
  const duration<double, std::nano> wait =
      interval * (static_cast<double>(before) * pace_.drift());
  return next + (wait < kEver ? duration_cast<nanoseconds>(wait) : kEver);
}

bool Bucket::InTime(MonoTime slot, MonoTime deadline) const {
  // Timers are late, too, and what is let in should not be refused for that.
  return slot + usual_ + kWayBack + pace_.lateness() <= deadline;
}

void Bucket::Join(Waiter& waiter, const QuotaRequest& request, MonoTime now) {
  waiter.deadline = request.deadline;
  const bool pushes = turns_.Join(waiter, request.caller, request.weight, now);
  if (!giving_) {
    GiveSlots();
  } else if (pushes) {
    LookForLost();
  }
}

void Bucket::LookForLost() {
  if (unsure_) return;
  unsure_ = true;
  // So that it looks in time, and not first at the next slot.
  if (timer_ != nullptr && Due() < Next(loop_.Now())) timer_->Notify();
}

void Bucket::Leave(Waiter& waiter) {
  if (waiter.line == nullptr) {
    lost_.erase(waiter.place);
  } else {
    turns_.Leave(waiter);
  }
  if (turns_.waiting() == 0 && timer_ != nullptr) timer_->Notify();
}

void Bucket::Refused(absl::string_view caller, MonoTime now) {
  turns_.Refused(caller, now);
}

void Bucket::Answered(nanoseconds took) {
  // As TCP smooths its round trips (RFC 6298).
  usual_ = usual_.count() == 0 ? took : usual_ + (took - usual_) / 8;
}

MonoTime Bucket::Due() const {
  const MonoTime now = loop_.Now();
  MonoTime due = Next(now);
  if (unsure_) due = std::min(due, looked_ + kLookEvery);
  // What has slowed down recovers: the slot comes sooner than it seems now.
  const MonoTime soonest = std::max(pace_.Next(pace_.full()), now + kLookEvery);
  return std::min(due, soonest);
}

// One timer for all who wait here.
Detached Bucket::GiveSlots() {
  giving_ = true;
  while (turns_.waiting() > 0) {
    Wait due(loop_, Due(), never_);
    timer_ = &due;
    co_await due;
    timer_ = nullptr;
    const MonoTime now = loop_.Now();
    if (unsure_ && now >= looked_ + kLookEvery) FindLost(now);
    if (turns_.waiting() > 0 && Next(now) <= now) Grant(now);
    TellLost();
  }
  giving_ = false;
}

void Bucket::FindLost(MonoTime now) {
  const nanoseconds interval = Interval(now);
  unsure_ = false;
  looked_ = now;
  turns_.TakeLost(std::max(now, pace_.Next(interval)), interval, Needs(),
                  lost_);
}

void Bucket::Grant(MonoTime now) {
  while (now + Needs() > turns_.First().deadline) {
    Turns::Waiter& late = turns_.First();
    turns_.Leave(late);
    late.place = lost_.insert(lost_.end(), &late);
    if (turns_.waiting() == 0) return;
  }
  auto& waiter = static_cast<Waiter&>(turns_.First());
  turns_.TakeFirst();
  Used(now, /*awaited=*/true);
  waiter.granted = true;
  waiter.wait->Notify();  // Last: runs the call, which may come here again.
}

void Bucket::TellLost() {
  while (!lost_.empty()) {
    auto& waiter = static_cast<Waiter&>(*lost_.front());
    lost_.pop_front();
    waiter.wait->Notify();
  }
}

}  // namespace tcgate
