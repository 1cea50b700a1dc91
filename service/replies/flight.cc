#include "service/replies/flight.h"

#include <algorithm>
#include <utility>

#include "service/http/wait.h"

namespace tcgate {
namespace {

// Chosen: a time-out of libcurl comes within some milliseconds of its time.
constexpr std::chrono::milliseconds kAttemptsEndWithin{100};

}  // namespace

// One who waits, in the frame of its coroutine.
struct Flight::Seat {
  MonoTime until;
  // What it waits in; ended, or not yet awaited, while it runs.
  ::tcgate::Wait* wait = nullptr;
  Seat* before = nullptr;
  Seat* after = nullptr;
  bool taken = false;  // In the list.
};

Task<bool> Flight::Wait(MonoTime until, Cancellation& cancel) {
  if (ended()) co_return true;
  const std::shared_ptr<Flight> self = shared_from_this();
  Seat seat{until};
  Sit(seat);
  ::tcgate::Wait turn(loop_, until, cancel);
  seat.wait = &turn;
  const WokenBy woken_by = co_await turn;

  // The end of time has nothing behind it.
  const MonoTime late = until < MonoTime::max() - kAttemptsEndWithin
                            ? until + kAttemptsEndWithin
                            : until;
  ::tcgate::Wait overdue(loop_, late, cancel);
  if (!ended() && woken_by == WokenBy::kTime && IsLast(seat)) {
    seat.wait = &overdue;
    co_await overdue;
  }
  if (!ended() && !IsLast(seat)) {
    Rise(seat);
    co_return false;
  }

  // What is done for the flight may end inside of this, and the flight with it.
  if (!ended()) cancellation_.Request();
  while (!ended()) {
    Cancellation never;
    // Longer than any flight.
    const MonoTime later = loop_.Now() + std::chrono::hours(24);
    ::tcgate::Wait end(loop_, later, never);
    seat.wait = &end;
    co_await end;
  }
  // It may have run before its turn came: told by its own clock or caller while
  // another was being woken.
  if (seat.taken) Rise(seat);
  co_return true;
}

MonoTime Flight::deadline() const {
  if (outdated_) {
    outdated_ = false;
    deadline_ = when_left_ == WhenLeft::kGoesOn ? begun_until_ : first_->until;
    for (const Seat* seat = first_; seat != nullptr; seat = seat->after) {
      deadline_ = std::max(deadline_, seat->until);
    }
  }
  return deadline_;
}

bool Flight::open() const {
  return !ended() && !cancellation_.requested() && deadline() > loop_.Now();
}

const Answer& Flight::answer(const CacheControl& control) const {
  return instead_ != nullptr && control.Takes(instead_age_) ? *instead_
                                                            : *answer_;
}

SharedBytes Flight::Held(SharedBytes wire) const {
  if (wire == nullptr || held_ == nullptr || held_->bytes() == 0) return wire;
  using Both = std::pair<SharedBytes, std::shared_ptr<const ByteHold>>;
  const auto both = std::make_shared<const Both>(std::move(wire), held_);
  return {both, both->first.get()};
}

void Flight::End(Ending ending) {
  const std::shared_ptr<Flight> self = shared_from_this();
  answer_ = std::move(ending.answer);
  instead_ = std::move(ending.instead);
  instead_age_ = ending.age;
  // Each leaves the list before it runs, and may make others leave it.
  while (first_ != nullptr) {
    Seat& seat = *first_;
    Rise(seat);
    seat.wait->Notify();
  }
}

void Flight::Sit(Seat& seat) {
  // The first one's deadline takes the place of what the flight began with.
  const bool alone = first_ == nullptr && when_left_ == WhenLeft::kIsCancelled;
  deadline_ = alone ? seat.until : std::max(deadline(), seat.until);
  seat.taken = true;
  seat.before = last_;
  (last_ == nullptr ? first_ : last_->after) = &seat;
  last_ = &seat;
}

void Flight::Rise(Seat& seat) {
  seat.taken = false;
  (seat.before == nullptr ? first_ : seat.before->after) = seat.after;
  (seat.after == nullptr ? last_ : seat.after->before) = seat.before;
  if (when_left_ == WhenLeft::kIsCancelled && first_ == nullptr) {
    deadline_ = seat.until;
    outdated_ = false;
  } else if (seat.until == deadline_) {
    outdated_ = true;
  }
}

bool Flight::IsLast(const Seat& seat) const {
  return when_left_ == WhenLeft::kIsCancelled && first_ == &seat &&
         last_ == &seat;
}

}  // namespace tcgate
