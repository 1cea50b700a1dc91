#ifndef TCGATE_SERVICE_QUOTA_TURNS_H_
#define TCGATE_SERVICE_QUOTA_TURNS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <set>
#include <string>

#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"
#include "service/base/clock.h"

namespace tcgate {

// Whose turn it is: start-time fair queueing (Goyal, Vin, Cheng 1996) over one
// line a caller. Each line has a start tag, that of its first call; the least
// goes next, the older of equals; then the tag moves on by a round divided by
// the weight. A line that comes back starts at the tag served last, or where it
// left off if that is later, so idling earns nothing and leaving costs nothing.
//
// Chosen over finish tags (WFQ, SCFQ), by which a light caller waits for a
// whole round of the heavy ones before its first slot, and over deficit round
// robin, which serves a weight's worth in a row. One change: a line that starts
// without a past moves the clock on by its part of a round, or callers that
// come once each would always go before those that wait.
//
// A caller that was refused lately is pressing: it will fill whatever place
// there is for it. Predictions count its whole share, so that what is
// accepted is seldom pushed back later.
//
// Pure: counts in slots; time comes in. Not thread-safe.
class Turns {
 public:
  class Line;

  // A call that waits; it lives in its coroutine's frame.
  struct Waiter {
    MonoTime deadline;
    // Set by `Turns`.
    Line* line = nullptr;  // Null: not in a line.
    std::list<Waiter*>::iterator place;
  };

  // `pressing`: how long a refusal tells that a caller presses.
  explicit Turns(std::chrono::nanoseconds pressing) : pressing_(pressing) {}
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;

  std::size_t waiting() const { return waiting_; }

  // How many slots go to others, and to calls of `caller` that wait already,
  // before a new call's turn. Exact where that is at most `most`, else perhaps
  // less than it is, but over `most`. Costs a look at each caller that waits,
  // waited within the last round or presses; but nothing where a recent answer
  // still holds, which is so for almost every refusal under steady pressure.
  std::size_t Before(absl::string_view caller, int weight, MonoTime now,
                     std::size_t most);

  // A new call of `caller` was refused at `now`. Nothing is kept of callers who
  // have no line.
  void Refused(absl::string_view caller, MonoTime now);

  // A slot that nobody waited for goes to `caller`. REQUIRES: nobody waits.
  void Pass(absl::string_view caller, int weight);

  // Puts a call at the end of its caller's line. `weight` is the caller's from
  // now on. Returns whether calls that wait already may have lost a place.
  bool Join(Waiter& waiter, absl::string_view caller, int weight, MonoTime now);

  // Takes a call out that gets no slot.
  void Leave(Waiter& waiter);

  // The call whose turn it is. REQUIRES: somebody waits.
  Waiter& First() const;
  // The slot goes to `First`, which is taken out.
  void TakeFirst();

  // Takes out the calls whose slot would be after their deadline less `needs`,
  // if slots are at `first` and every `interval`, and appends them to `lost`.
  // Costs O(waiting x log lines).
  void TakeLost(MonoTime first, std::chrono::nanoseconds interval,
                std::chrono::nanoseconds needs, std::list<Waiter*>& lost);

  // Callers that are remembered.
  std::size_t lines() const { return lines_.size(); }

 private:
  using Tag = std::uint64_t;
  struct ByTurn {
    bool operator()(const Line* a, const Line* b) const;
  };

  // A prediction for the next call of one line.
  struct Forecast {
    std::uint64_t slot = 0;  // Counted as `taken_` is.
    std::uint64_t left = 0;  // `left_` as it was.
    MonoTime until = MonoTime::min();
  };

  Line* Find(absl::string_view caller);
  Line& FindOrAdd(absl::string_view caller, MonoTime now);
  // How many calls of `other` go before a call with this tag that would join
  // `line`, which may be null and moves on by `stride`.
  std::uint64_t Ahead(const Line& other, const Line* line, Tag tag,
                      std::uint64_t stride, MonoTime now) const;
  // Whether a call of `other` with this tag, too, goes before that call.
  static bool FirstOfEquals(const Line& other, const Line* line, Tag tag,
                            std::uint64_t stride);
  void Forget(MonoTime now);
  void Empty(Line& line);  // It has just become empty.

  const std::chrono::nanoseconds pressing_;
  absl::node_hash_map<std::string, Line> lines_;
  std::set<Line*, ByTurn> order_;  // Those with calls.
  Forecast newcomers_;             // For callers without a line.
  Tag served_ = 0;                 // The clock: the tag served last, or later.
  Tag last_ = 0;                   // The latest tag ever given to a call.
  std::uint64_t weights_ = 0;      // Of the lines with calls.
  std::uint64_t ordered_ = 0;      // Tags given to lines, to tell equals apart.
  std::uint64_t taken_ = 0;        // Slots taken.
  std::uint64_t left_ = 0;  // Calls that left: forecasts may be too late.
  std::size_t waiting_ = 0;
  std::size_t forget_at_ = 16;  // Chosen: lines at which to look for idle ones.
};

// The calls of one caller, first in, first out.
class Turns::Line {
 private:
  friend class Turns;

  std::list<Waiter*> calls_;
  Tag tag_ = 0;              // Of the first call; of the next one, if empty.
  std::uint64_t order_ = 0;  // Of the tag among equal ones.
  std::uint64_t weight_ = 1;
  bool new_ = true;  // Started without a past, and was not served since.
  MonoTime pressing_until_ = MonoTime::min();
  Forecast forecast_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_QUOTA_TURNS_H_
