#ifndef TCGATE_SERVICE_REPLIES_GENERATIONS_H_
#define TCGATE_SERVICE_REPLIES_GENERATIONS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "service/base/clock.h"
#include "service/base/outcome.h"
#include "service/catalog/action.h"
#include "service/upstream/account.h"

namespace tcgate {

// How own writes are read. Each account has a counter for each tag, and two for
// each product: of its writes without tags ("whole") and of all its writes
// ("any"). A write moves those that it may touch, when it is sent and again
// when it ends:
//
//                 without tags            with tags
//   a write       whole, any              its tags, any
//   a read        depends on any          depends on its tags, whole
//
// Counters only grow, so the sum of those that a read depends on is its
// generation: an equal sum means that nothing of it was written. Versions of
// one product share their tags, since they are the same things at the vendor.
//
// Thread-safe, without locks. A read that starts after `Ended` returned sees
// what that did.
class Generations {
 public:
  // `actions` are the catalogue's; `accounts` is how many there are. Neither
  // changes afterwards.
  Generations(const std::deque<Action>& actions, std::size_t accounts);

  // The generation of a read. Never gets less. Costs a sum over its tags.
  std::uint64_t Of(const Account& account, const Action& action) const;

  // A write is about to be sent. Once for a write or before each of its
  // attempts, which is the same. Does nothing for a read; so does `Ended`.
  void Sent(const Account& account, const Action& action);

  // A write that was sent has ended. What it touched is not stored for a while
  // from `now`: 60 s where it may have run and may still do so, 1 s where it
  // ran, since the vendor's replicas lag; no time where it certainly did not.
  void Ended(const Account& account, const Action& action,
             const Outcome& outcome, MonoTime now);

  // Whether the reply of a read that started at `started` may be stored, as far
  // as past writes are concerned. The generation must be looked at, too.
  bool MayStore(const Account& account, const Action& action,
                MonoTime started) const;

 private:
  struct Counter {
    std::atomic<std::uint64_t> writes{0};
    // Of `MonoTime`. Reads that started before are not stored.
    std::atomic<MonoTime::rep> barred_until{
        MonoTime::min().time_since_epoch().count()};
  };
  // Places of counters among those of an account.
  using Places = std::vector<std::uint32_t>;

  Counter& At(const Account& account, std::uint32_t place) const;

  std::vector<Places> places_;  // By `Action::index`: read, or written.
  std::size_t each_ = 0;        // Counters of one account.
  std::unique_ptr<Counter[]> counters_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_REPLIES_GENERATIONS_H_
