#include "service/quota/turns.h"

#include <algorithm>
#include <iterator>
#include <queue>
#include <utility>
#include <vector>

namespace tcgate {
namespace {

using std::chrono::nanoseconds;

// How far a tag moves for a slot at weight 1. Chosen: divided by weights up to
// 1000 it stays exact to 0.01 %, and 2^40 slots fit.
constexpr std::uint64_t kRound = std::uint64_t{1} << 24;

std::uint64_t Stride(std::uint64_t weight) { return kRound / weight; }

// Chosen: a forecast only becomes too pessimistic when callers stop pressing.
constexpr nanoseconds kForecastHolds = std::chrono::milliseconds(500);

}  // namespace

bool Turns::ByTurn::operator()(const Line* a, const Line* b) const {
  return a->tag_ != b->tag_ ? a->tag_ < b->tag_ : a->order_ < b->order_;
}

Turns::Line* Turns::Find(absl::string_view caller) {
  const auto found = lines_.find(caller);
  return found == lines_.end() ? nullptr : &found->second;
}

Turns::Line& Turns::FindOrAdd(absl::string_view caller, MonoTime now) {
  if (Line* line = Find(caller)) return *line;
  if (lines_.size() >= forget_at_) Forget(now);
  return lines_[caller];
}

void Turns::Forget(MonoTime now) {
  for (auto it = lines_.begin(); it != lines_.end();) {
    const Line& line = it->second;
    const bool idle = line.calls_.empty() && line.tag_ <= served_ &&
                      line.pressing_until_ <= now;
    if (idle) {
      lines_.erase(it++);
    } else {
      ++it;
    }
  }
  // Twice as many, so that looking at all of them costs little each time.
  forget_at_ = std::max<std::size_t>(16, 2 * lines_.size());
}

std::uint64_t Turns::Ahead(const Line& other, const Line* line, Tag tag,
                           std::uint64_t stride, MonoTime now) const {
  const bool empty = other.calls_.empty();
  const bool pressing = other.pressing_until_ > now;
  if (empty && !pressing) return 0;
  const Tag start = empty ? std::max(served_, other.tag_) : other.tag_;
  if (start > tag) return 0;
  const std::uint64_t steps = Stride(other.weight_);
  std::uint64_t calls = (tag - start + steps - 1) / steps;
  if (!empty && (tag - start) % steps == 0 &&
      FirstOfEquals(other, line, tag, stride)) {
    ++calls;
  }
  return pressing ? calls : std::min<std::uint64_t>(calls, other.calls_.size());
}

// Of equal tags the one given first goes first. A line's next tag is given when
// the tag before it is served.
bool Turns::FirstOfEquals(const Line& other, const Line* line, Tag tag,
                          std::uint64_t stride) {
  if (other.tag_ == tag) return true;  // It stands there, the call comes.
  if (line == nullptr || line->calls_.empty()) return false;
  const std::uint64_t steps = Stride(other.weight_);
  if (steps != stride) return steps > stride;
  // Step by step, so as they stand now.
  return other.tag_ != line->tag_ ? other.tag_ > line->tag_
                                  : other.order_ < line->order_;
}

std::size_t Turns::Before(absl::string_view caller, int weight, MonoTime now,
                          std::size_t most) {
  Line* const line = Find(caller);
  Forecast& forecast = line != nullptr ? line->forecast_ : newcomers_;
  // Calls that come, and slots that are taken, never make a turn earlier,
  // counted from the first slot ever. Calls that leave do.
  if (forecast.left == left_ && now < forecast.until &&
      forecast.slot > taken_ + most) {
    return forecast.slot - taken_;
  }

  const std::uint64_t stride = Stride(static_cast<std::uint64_t>(weight));
  std::uint64_t before = 0;
  Tag tag = served_;
  if (line != nullptr && !line->calls_.empty()) {
    before = line->calls_.size();
    tag = line->tag_ + before * stride;
  } else if (line != nullptr) {
    tag = std::max(served_, line->tag_);
  }
  for (const auto& [name, other] : lines_) {
    if (&other != line) before += Ahead(other, line, tag, stride, now);
  }
  forecast = {taken_ + before, left_, now + kForecastHolds};
  return before;
}

void Turns::Refused(absl::string_view caller, MonoTime now) {
  if (Line* line = Find(caller)) line->pressing_until_ = now + pressing_;
}

void Turns::Pass(absl::string_view caller, int weight) {
  const std::uint64_t stride = Stride(static_cast<std::uint64_t>(weight));
  Line* const line = lines_.empty() ? nullptr : Find(caller);
  ++taken_;
  if (line != nullptr && line->tag_ >= served_) {
    served_ = line->tag_;
    line->tag_ += stride;
  } else {
    served_ += stride;  // Alone, so its part of the round is all of it.
  }
}

bool Turns::Join(Waiter& waiter, absl::string_view caller, int weight,
                 MonoTime now) {
  Line& line = FindOrAdd(caller, now);
  if (line.calls_.empty()) {
    line.new_ = line.new_ || line.tag_ < served_;
    line.tag_ = std::max(served_, line.tag_);
    line.order_ = ++ordered_;
    order_.insert(&line);
  } else {
    weights_ -= line.weight_;
  }
  line.weight_ = static_cast<std::uint64_t>(weight);
  weights_ += line.weight_;
  waiter.line = &line;
  waiter.place = line.calls_.insert(line.calls_.end(), &waiter);
  ++waiting_;

  const Tag tag = line.tag_ + (line.calls_.size() - 1) * Stride(line.weight_);
  const bool pushes = tag <= last_ && waiting_ > 1;
  last_ = std::max(last_, tag);
  return pushes;
}

void Turns::Empty(Line& line) {
  order_.erase(&line);
  weights_ -= line.weight_;
}

void Turns::Leave(Waiter& waiter) {
  Line& line = *waiter.line;
  line.calls_.erase(waiter.place);
  waiter.line = nullptr;
  --waiting_;
  ++left_;
  if (line.calls_.empty()) Empty(line);
}

Turns::Waiter& Turns::First() const {
  return *(*order_.begin())->calls_.front();
}

void Turns::TakeFirst() {
  Line& line = **order_.begin();
  const Tag moves_on = line.new_ ? kRound / weights_ : 0;
  served_ = std::max(line.tag_, served_ + moves_on);
  ++taken_;

  line.calls_.front()->line = nullptr;
  line.calls_.pop_front();
  --waiting_;
  // Out before its tag changes: the set is ordered by it.
  Empty(line);
  line.tag_ += Stride(line.weight_);
  line.new_ = false;
  if (line.calls_.empty()) return;
  line.order_ = ++ordered_;
  order_.insert(&line);
  weights_ += line.weight_;
}

void Turns::TakeLost(MonoTime first, nanoseconds interval, nanoseconds needs,
                     std::list<Waiter*>& lost) {
  // The slots as they would go, line by line, played through.
  struct Play {
    Tag tag;
    std::uint64_t order;
    Line* line;
    std::list<Waiter*>::iterator next;
    bool operator<(const Play& b) const {  // The heap gives the greatest.
      return tag != b.tag ? tag > b.tag : order > b.order;
    }
  };
  std::vector<Play> start;
  start.reserve(order_.size());
  for (Line* line : order_) {
    start.push_back({line->tag_, line->order_, line, line->calls_.begin()});
  }
  std::priority_queue<Play> plays({}, std::move(start));
  std::uint64_t order = ordered_;
  MonoTime slot = first;
  while (!plays.empty()) {
    Play play = plays.top();
    plays.pop();
    Line& line = *play.line;
    while (play.next != line.calls_.end() &&
           slot + needs > (*play.next)->deadline) {
      Waiter& waiter = **play.next;
      play.next = std::next(play.next);
      Leave(waiter);
      waiter.place = lost.insert(lost.end(), &waiter);
    }
    if (play.next == line.calls_.end()) continue;
    slot += interval;
    play.tag += Stride(line.weight_);
    play.order = ++order;
    play.next = std::next(play.next);
    if (play.next != line.calls_.end()) plays.push(play);
  }
}

}  // namespace tcgate
