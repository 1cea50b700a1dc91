#ifndef TCGATE_SERVICE_QUOTA_BUCKET_H_
#define TCGATE_SERVICE_QUOTA_BUCKET_H_

#include <chrono>
#include <cstddef>
#include <list>
#include <string>

#include "service/base/clock.h"
#include "service/http/cancellation.h"
#include "service/http/loop.h"
#include "service/http/task.h"
#include "service/quota/pace.h"
#include "service/quota/quota.h"
#include "service/quota/slowdown.h"
#include "service/quota/turns.h"

namespace tcgate {

// The slots of one action of one group at one host, and who waits for them.
// Lives on the loop's thread.
class Bucket {
 public:
  // A call that waits here. Whoever ends the wait has set `granted` and has
  // taken the call out; one that ends otherwise must `Leave`.
  struct Waiter : Turns::Waiter {
    Wait* wait = nullptr;
    bool granted = false;
  };

  // `request` is the first for this bucket; it makes the key. `group` and
  // `host` are how much all buckets of those are slowed down. All must outlive
  // it.
  Bucket(const QuotaRequest& request, Loop& loop, QuotaMetrics& metrics,
         Slowdown& group, Slowdown& host);
  Bucket(const Bucket&) = delete;
  Bucket& operator=(const Bucket&) = delete;

  const std::string& group() const { return group_; }
  const std::string& host() const { return host_; }
  std::size_t action() const { return action_; }
  // Its own, that of its group and that of its host.
  Slowdown& slowdown() { return slowdown_; }
  Slowdown& group_slowdown() { return group_slowdown_; }
  Slowdown& host_slowdown() { return host_slowdown_; }

  // Takes a slot if one is free and nobody waits.
  bool TakeNow(const QuotaRequest& request, MonoTime now);

  // When a new call would likely get its slot; where that is too late for its
  // deadline, perhaps earlier than it is, but too late.
  MonoTime SlotFor(const QuotaRequest& request, MonoTime now);
  // Whether a slot at `slot` leaves a new call the usual time of an answer.
  bool InTime(MonoTime slot, MonoTime deadline) const;

  // Waits; see `Waiter`. A `waiter` lives until its wait has ended.
  void Join(Waiter& waiter, const QuotaRequest& request, MonoTime now);
  void Leave(Waiter& waiter);
  // A call of `caller` was refused on arrival.
  void Refused(absl::string_view caller, MonoTime now);

  // An attempt was answered after `took`.
  void Answered(std::chrono::nanoseconds took);
  // Some who wait may be too late now. May refuse them, and so run their calls.
  void LookForLost();
  bool waited_for() const { return turns_.waiting() > 0; }

  // Whether nothing is lost if it is forgotten.
  bool Forgettable(MonoTime now) const;

 private:
  std::chrono::nanoseconds Interval(MonoTime now) const;
  MonoTime Next(MonoTime now) const { return pace_.Next(Interval(now)); }
  // What an answer needs beyond the usual time of an attempt: its way back to
  // the caller, whose own clock runs out meanwhile. Chosen: without it one in
  // ten of the calls that waited ended at their deadline (measured).
  static constexpr std::chrono::milliseconds kWayBack{20};

  // What a call that waits must have left at its slot. Less than a new call
  // must: the usual time moves, and what was let in should not go for that.
  std::chrono::nanoseconds Needs() const {
    return usual_ * 3 / 4 + kWayBack * 3 / 4;
  }
  // When there is something to do for those who wait.
  MonoTime Due() const;
  Detached GiveSlots();
  void Grant(MonoTime now);
  void FindLost(MonoTime now);
  void TellLost();
  void Used(MonoTime now, bool awaited);

  const std::string group_;
  const std::size_t action_;
  const std::string host_;
  Loop& loop_;
  QuotaMetrics& metrics_;
  Slowdown& group_slowdown_;
  Slowdown& host_slowdown_;
  Slowdown slowdown_;
  Pace pace_;
  Turns turns_;
  std::chrono::nanoseconds usual_{0};  // Of an answer; zero: not known.

  Cancellation never_;
  bool giving_ = false;             // `GiveSlots` runs: while anybody waits.
  Wait* timer_ = nullptr;           // Its wait.
  bool unsure_ = false;             // Somebody who waits may be too late now.
  MonoTime looked_;                 // When that was last found out.
  std::list<Turns::Waiter*> lost_;  // Found, and not told yet.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_QUOTA_BUCKET_H_
