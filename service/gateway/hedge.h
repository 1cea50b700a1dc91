#ifndef TCGATE_SERVICE_GATEWAY_HEDGE_H_
#define TCGATE_SERVICE_GATEWAY_HEDGE_H_

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "service/http/cancellation.h"
#include "service/http/loop.h"
#include "service/http/task.h"
#include "service/http/wait.h"

namespace tcgate {

// Two runs of one thing, of which the first good result counts, and then the
// other is cancelled. A second run that has not begun when the first is over is
// not made any more. Each run tells its lane when it is over: the first always
// with a result, the second perhaps without. Lives on the loop's thread.
//
//   auto race = std::make_shared<Race<Result>>(loop, good);
//   RunFirst(race);  // Detached: ... race->End(0, std::move(result));
//   RunSecond(race);
//   Task<Result> first = Race<Result>::First(race, cancel);
template <typename Result>
class Race {
 public:
  static constexpr std::size_t kLanes = 2;

  // `good` says whether a result needs no other beside it.
  Race(Loop& loop, std::function<bool(const Result&)> good)
      : loop_(loop), good_(std::move(good)) {}

  // What ends the run in a lane.
  Cancellation& cancellation(std::size_t lane) { return lanes_[lane].cancel; }

  // Counts a run that has really begun.
  void Begin() { ++begun_; }
  int begun() const { return begun_; }

  // The run in `lane` is over; without a result if it was not made.
  void End(std::size_t lane, std::optional<Result> result) {
    lanes_[lane].over = true;
    lanes_[lane].result = std::move(result);
    // It was to help against slowness, and this was not slow.
    if (lane == 0 && begun_ < 2) lanes_[1].cancel.Request();
    if (waiting_ != nullptr && Decided()) waiting_->Notify();
  }

  // Returns the first good result, else that of the first run. `cancel` cancels
  // both; their end is waited for. `self` keeps this alive for a run that ends
  // later.
  static Task<Result> First(std::shared_ptr<Race> self, Cancellation& cancel) {
    if (!self->Decided()) {
      Wait decided(self->loop_, MonoTime::max(), cancel);
      self->waiting_ = &decided;
      const WokenBy woken_by = co_await decided;
      self->waiting_ = nullptr;
      if (woken_by == WokenBy::kCancel) self->CancelAll();
    }
    // A run that was cancelled ends soon, not always at once.
    Cancellation never;
    if (!self->Decided()) {
      Wait ended(self->loop_, MonoTime::max(), never);
      self->waiting_ = &ended;
      co_await ended;
      self->waiting_ = nullptr;
    }
    std::optional<Result> result = self->Take();
    self->CancelAll();
    co_return *std::move(result);
  }

 private:
  struct Lane {
    Cancellation cancel;
    bool over = false;
    std::optional<Result> result;
  };

  bool Good(const Lane& lane) const {
    return lane.result.has_value() && good_(*lane.result);
  }
  bool Decided() const {
    return Good(lanes_[0]) || Good(lanes_[1]) ||
           (lanes_[0].over && lanes_[1].over);
  }
  std::optional<Result> Take() {
    const bool second = Good(lanes_[1]) && !Good(lanes_[0]);
    return std::move(lanes_[second ? 1 : 0].result);
  }
  void CancelAll() {
    for (Lane& lane : lanes_) lane.cancel.Request();
  }

  Loop& loop_;
  const std::function<bool(const Result&)> good_;
  std::array<Lane, kLanes> lanes_;
  int begun_ = 0;
  Wait* waiting_ = nullptr;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_HEDGE_H_
