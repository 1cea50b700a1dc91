#ifndef TCGATE_SERVICE_REPLIES_FLIGHT_H_
#define TCGATE_SERVICE_REPLIES_FLIGHT_H_

#include <chrono>
#include <memory>
#include <utility>

#include "service/base/byte_budget.h"
#include "service/base/clock.h"
#include "service/base/shared_bytes.h"
#include "service/http/cancellation.h"
#include "service/http/loop.h"
#include "service/http/task.h"
#include "service/replies/answer.h"
#include "service/replies/reply_request.h"

namespace tcgate {

// One upstream call that several callers wait for. Shared by them and by the
// `Ticket` (ticket.h) that ends it. Lives on the loop's thread.
class Flight : public std::enable_shared_from_this<Flight> {
 public:
  // What becomes of it when the last who waits leaves.
  enum class WhenLeft { kIsCancelled, kGoesOn };

  // Made by `std::make_shared`. `until` is its deadline for as long as nobody
  // has waited; of one that goes on, its deadline is never before it.
  Flight(Loop& loop, MonoTime until, WhenLeft when_left)
      : loop_(loop),
        when_left_(when_left),
        begun_until_(until),
        deadline_(until) {}
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

  // Waits until the flight ends, which it may have done already; true. False:
  // the caller left alone, since its deadline passed or it cancelled, and the
  // flight goes on. To be awaited at once, in the job that was given the
  // flight; the caller holds the flight meanwhile.
  //
  // The last to leave does not leave alone: it requests `cancellation()` and
  // waits for the end, whose answer says whether the action may have run. At
  // its deadline it waits without cancelling: the flight's attempts have that
  // deadline too, and know better what to say. Where they do not (a later one
  // has left meanwhile), it cancels them 100 ms later.
  Task<bool> Wait(MonoTime until, Cancellation& cancel);

  // The latest deadline of those who wait. Without any: of the last who did.
  // It moves while the flight lasts: look again before and after each attempt.
  MonoTime deadline() const;

  // For what is done for the flight. Requested once nobody is left.
  Cancellation& cancellation() { return cancellation_; }

  // Whether one more may wait: the flight has neither ended nor begun to.
  bool open() const;

  bool ended() const { return answer_ != nullptr; }

  // How it ended, for a caller of this control: `stale` from the store where
  // the vendor could not be asked, there is such a reply, and the caller takes
  // it. REQUIRES: `ended()`.
  const Answer& answer(const CacheControl& control = {}) const;

  // What the bytes of the answer are counted in, for as long as somebody has
  // them from `Held`: a stored answer is counted by the store.
  void Hold(ByteHold held) {
    held_ = std::make_shared<ByteHold>(std::move(held));
  }

  // `wire`, which is the answer's, with what it is counted in.
  SharedBytes Held(SharedBytes wire) const;

 private:
  friend class Ticket;
  struct Seat;

  // How a flight ends. `instead` is for those who take a reply of that age.
  struct Ending {
    SharedAnswer answer;
    SharedAnswer instead;  // Null: there is none.
    std::chrono::nanoseconds age{0};
  };
  void End(Ending ending);

  void Sit(Seat& seat);
  void Rise(Seat& seat);
  bool IsLast(const Seat& seat) const;

  Loop& loop_;
  const WhenLeft when_left_;
  const MonoTime begun_until_;
  Cancellation cancellation_;
  Seat* first_ = nullptr;  // Those who wait, in the order they came.
  Seat* last_ = nullptr;
  // Of those who wait, unless `outdated_`: then it is worked out when asked
  // for. Many leave at one moment, and few ask.
  mutable MonoTime deadline_;
  mutable bool outdated_ = false;
  SharedAnswer answer_;  // Null until it has ended.
  SharedAnswer instead_;
  std::chrono::nanoseconds instead_age_{0};
  std::shared_ptr<const ByteHold> held_;  // Null: not counted.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_REPLIES_FLIGHT_H_
