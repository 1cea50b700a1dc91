#include "service/quota/quota.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/str_cat.h"
#include "service/quota/bucket.h"
#include "service/quota/limit_error.h"
#include "service/telemetry/quota_metrics.h"

namespace tcgate {
namespace {

using std::chrono::ceil;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

using BucketKey = std::tuple<absl::string_view, std::size_t, absl::string_view>;

BucketKey KeyOf(const BucketKey& key) { return key; }
BucketKey KeyOf(const std::unique_ptr<Bucket>& bucket) {
  return {bucket->group(), bucket->action(), bucket->host()};
}

struct HashKey {
  using is_transparent = void;
  template <typename T>
  std::size_t operator()(const T& of) const {
    return absl::Hash<BucketKey>()(KeyOf(of));
  }
};

struct SameKey {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    return KeyOf(a) == KeyOf(b);
  }
};

using Buckets = absl::flat_hash_set<std::unique_ptr<Bucket>, HashKey, SameKey>;

// How much each group, or each host, is slowed down. By what configuration
// names, so it stays small.
using Slowdowns = absl::node_hash_map<std::string, Slowdown>;

Slowdown& Find(Slowdowns& slowdowns, absl::string_view name) {
  // Down to an eighth: how far the limit of an account is under the sum of its
  // actions' is not documented. It is one of a second, as the default is.
  return slowdowns.try_emplace(name, 8, seconds(1)).first->second;
}

Outcome Exhausted(const Action& action, MonoTime slot, MonoTime now) {
  // Up: a client that comes back early is refused again. Hundredths of a second
  // are what a queue can be foretold to.
  const milliseconds wait{
      10 *
      std::max<std::int64_t>(1, ceil<milliseconds>((slot - now) / 10).count())};
  Outcome outcome = Refusal(
      absl::StatusCode::kResourceExhausted, reason::kQuotaExhausted,
      absl::StrCat("no call of ", action.label,
                   " may start in time for the deadline: the vendor takes ",
                   action.limit_calls, " in ", action.limit_period.count(),
                   " ms; the caller's next turn is in ", wait.count(), " ms"));
  outcome.retry_after = wait;
  return outcome;
}

Outcome Overloaded(const char* key) {
  Outcome outcome =
      Refusal(absl::StatusCode::kResourceExhausted, reason::kOverloaded,
              absl::StrCat("as much waits for the vendor's limits as ", key,
                           " allows: try again later"));
  outcome.metadata = {{"limit", key}};
  outcome.retry_after = milliseconds(1000);  // Chosen: slots come each second.
  return outcome;
}

Outcome TooShort() {
  return Refusal(absl::StatusCode::kDeadlineExceeded, reason::kDeadlineTooShort,
                 "the deadline of the call passed before an attempt began");
}

Outcome Cancelled() {
  return Refusal(absl::StatusCode::kCancelled, "",
                 "the call was cancelled while it waited for its turn");
}

}  // namespace

struct Quota::Parts {
  Parts(Loop& the_loop, QuotaMetrics& the_metrics, Options the_options)
      : loop(the_loop), metrics(the_metrics), options(the_options) {}

  Bucket& BucketFor(const QuotaRequest& request, MonoTime now) {
    const BucketKey key{request.group, request.action->index, request.host};
    const auto found = buckets.find(key);
    if (found != buckets.end()) return **found;
    if (buckets.size() >= forget_at) {
      absl::erase_if(buckets, [now](const std::unique_ptr<Bucket>& bucket) {
        return bucket->Forgettable(now);
      });
      // Twice as many, so that looking at all of them costs little each time.
      forget_at = std::max<std::size_t>(64, 2 * buckets.size());
    }
    return **buckets
                 .insert(std::make_unique<Bucket>(request, loop, metrics,
                                                  Find(groups, request.group),
                                                  Find(hosts, request.host)))
                 .first;
  }

  // Null if one more may wait, else the key that is the bound.
  const char* FullOf(std::size_t bytes) const {
    if (calls >= options.waiting_calls) return "limits.waiting_calls";
    const std::size_t room =
        options.waiting_bytes - std::min(held, options.waiting_bytes);
    return bytes > room ? "limits.waiting_bytes" : nullptr;
  }

  Loop& loop;
  QuotaMetrics& metrics;
  const Options options;
  Slowdowns groups;
  Slowdowns hosts;
  Buckets buckets;
  std::size_t forget_at = 64;  // Chosen.
  std::size_t calls = 0;       // That wait.
  std::size_t held = 0;        // Bytes of these.
};

Quota::Quota(Loop& loop, QuotaMetrics& metrics, Options options)
    : parts_(std::make_unique<Parts>(loop, metrics, options)) {}

Quota::~Quota() = default;

Task<QuotaResult> Quota::Take(QuotaRequest request, Cancellation& cancel) {
  using End = QuotaMetrics::End;
  Parts& all = *parts_;
  const std::size_t action = request.action->index;
  const MonoTime came = all.loop.Now();
  QuotaResult result;
  if (cancel.requested()) {
    result.outcome = Cancelled();
    all.metrics.Ended(action, End::kLeft, {});
    co_return result;
  }
  if (request.deadline <= came) {
    result.outcome = TooShort();
    all.metrics.Ended(action, End::kRefused, {});
    co_return result;
  }

  Bucket& bucket = all.BucketFor(request, came);
  // Whatever the deadline: where nobody waits, it is not for want of quota that
  // it cannot be met; and if answers were slow once, only attempts show that
  // they are no longer.
  if (bucket.TakeNow(request, came)) {
    result.granted = came;
    all.metrics.Ended(action, End::kGranted, {});
    co_return result;
  }
  const MonoTime slot = bucket.SlotFor(request, came);
  const bool in_time = bucket.InTime(slot, request.deadline);
  const char* const full = all.FullOf(request.bytes);
  if (!in_time || full != nullptr) {
    bucket.Refused(request.caller, came);
    result.outcome =
        in_time ? Overloaded(full) : Exhausted(*request.action, slot, came);
    all.metrics.Ended(action, End::kRefused, {});
    co_return result;
  }

  ++all.calls;
  all.held += request.bytes;
  all.metrics.Waiting(action, 1);
  Wait turn(all.loop, request.deadline, cancel);
  Bucket::Waiter waiter;
  waiter.wait = &turn;
  bucket.Join(waiter, request, came);
  const WokenBy woken_by = co_await turn;
  if (woken_by != WokenBy::kNotify) bucket.Leave(waiter);
  --all.calls;
  all.held -= request.bytes;
  all.metrics.Waiting(action, -1);

  const MonoTime now = all.loop.Now();
  result.waited = now - came;
  if (waiter.granted) {
    result.granted = now;
  } else if (woken_by == WokenBy::kCancel) {
    result.outcome = Cancelled();
  } else {
    bucket.Refused(request.caller, now);
    result.outcome =
        Exhausted(*request.action, bucket.SlotFor(request, now), now);
  }
  all.metrics.Ended(action,
                    waiter.granted                 ? End::kGranted
                    : woken_by == WokenBy::kNotify ? End::kRefused
                                                   : End::kLeft,
                    result.waited);
  co_return result;
}

void Quota::Learn(const QuotaRequest& request, const QuotaResult& slot,
                  const Outcome& outcome, nanoseconds took) {
  const MonoTime now = parts_->loop.Now();
  Bucket& bucket = parts_->BucketFor(request, now);
  bool slowed = false;
  switch (LimitErrorOf(outcome)) {
    case LimitError::kNone:
      if (outcome.ok() || outcome.decided_by == DecidedBy::kVendor) {
        bucket.Answered(took);
      }
      return;
    case LimitError::kAction:
      slowed = bucket.slowdown().Slow(slot.granted, now);
      break;
    case LimitError::kAccount:
      slowed = bucket.group_slowdown().Slow(slot.granted, now);
      break;
    case LimitError::kAddress:
      slowed = bucket.host_slowdown().Slow(slot.granted, now);
      break;
  }
  if (!slowed) return;
  parts_->metrics.Slowed(request.action->index);
  // Collected first: a call that is refused runs, and may make a bucket. It
  // cannot make the quota forget one that was waited for just now.
  std::vector<Bucket*> slower;
  for (const std::unique_ptr<Bucket>& other : parts_->buckets) {
    if (other->waited_for() &&
        (other->group() == request.group || other->host() == request.host)) {
      slower.push_back(other.get());
    }
  }
  for (Bucket* other : slower) other->LookForLost();
}

}  // namespace tcgate
