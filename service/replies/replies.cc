#include "service/replies/replies.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "service/base/outcome.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;

// Whether the vendor could not be asked, rather than said no.
bool IsTransient(const Outcome& outcome) {
  return outcome.code == absl::StatusCode::kUnavailable ||
         outcome.code == absl::StatusCode::kDeadlineExceeded ||
         outcome.code == absl::StatusCode::kResourceExhausted;
}

bool IsAbsence(const Outcome& outcome) {
  return outcome.code == absl::StatusCode::kNotFound &&
         outcome.decided_by == DecidedBy::kVendor;
}

ReplyLimits Complete(ReplyLimits limits, std::size_t actions) {
  limits.ttl.resize(actions);
  return limits;
}

std::chrono::seconds Whole(std::chrono::nanoseconds age) {
  return std::chrono::duration_cast<std::chrono::seconds>(age);
}

}  // namespace

// What becomes of the answer of a read.
class Replies::Keeper final : public Ticket::Keeper {
 public:
  Keeper(Replies& replies, std::shared_ptr<const ReplyKey> key,
         const Flight& flight, std::uint64_t generation, bool no_cache)
      : replies_(replies),
        key_(std::move(key)),
        flight_(flight),
        generation_(generation),
        number_(++replies.begun_),
        started_(replies.clock_.MonoNow()),
        no_cache_(no_cache) {}

  Ticket::Ending Keep(Answer answer) override {
    const bool keeps = replies_.Keeps(*key_->view().action);
    answer.cache = !keeps ? "off" : no_cache_ ? "bypass" : "miss";
    const bool answered = answer.outcome.ok() || IsAbsence(answer.outcome);
    const Place place = Leave(answered);
    const MonoTime now = replies_.clock_.MonoNow();
    const KeyView& key = key_->view();

    Ticket::Ending ending;
    if (keeps && answered && !place.overtaken && MayStore(answer.outcome)) {
      const Store::Lifetime lifetime = LifetimeOf(answer.outcome);
      ending.answer = replies_.store_.Put(key, std::move(answer), generation_,
                                          lifetime, now);
      return ending;
    }
    ending.answer = std::make_shared<const Answer>(std::move(answer));
    if (!keeps) return ending;
    if (answered) {
      // What is stored is older than this, even where this is not stored.
      if (!place.overtaken) replies_.store_.Drop(key);
    } else {
      if (place.latest) replies_.store_.RefreshFailed(key, now);
      if (IsTransient(ending.answer->outcome)) Instead(now, ending);
    }
    return ending;
  }

 private:
  // Where a flight stands among those of its key.
  struct Place {
    bool latest;     // None has begun later.
    bool overtaken;  // One that began later has brought an answer.
  };

  // Takes the flight out of those under way: nobody joins any more.
  Place Leave(bool answered) {
    replies_.metrics_.Flights(-1);
    const auto at = replies_.flights_.find(key_->view());
    Flying& flying = at->second;
    const Place place = {flying.latest.get() == &flight_,
                         flying.answered > number_};
    if (answered && !place.overtaken) flying.answered = number_;
    if (--flying.under_way == 0) replies_.flights_.erase(at);
    return place;
  }

  std::uint64_t CurrentGeneration() const {
    const KeyView& key = key_->view();
    return replies_.generations_.Of(*key.account, *key.action);
  }

  Store::Lifetime LifetimeOf(const Outcome& outcome) const {
    const ReplyLimits& limits = replies_.limits_;
    const milliseconds ttl = limits.ttl[key_->view().action->index];
    if (!outcome.ok()) return {std::min(ttl, limits.not_found_ttl)};
    return {ttl, limits.stale_while_revalidate, limits.stale_if_error};
  }

  bool MayStore(const Outcome& outcome) const {
    const KeyView& key = key_->view();
    return LifetimeOf(outcome).fresh > milliseconds::zero() &&
           generation_ == CurrentGeneration() &&
           replies_.generations_.MayStore(*key.account, *key.action, started_);
  }

  // Puts a stored reply in the place of a failure.
  void Instead(MonoTime now, Ticket::Ending& ending) const {
    const std::optional<Store::Found> found =
        replies_.store_.FindOnError(key_->view(), CurrentGeneration(), now);
    if (!found.has_value()) return;
    Answer stored = *found->answer;
    stored.cache = found->stale ? "stale" : "hit";
    stored.attempts = ending.answer->attempts;
    stored.queued = ending.answer->queued;
    stored.age = Whole(found->age);
    ending.instead = std::make_shared<const Answer>(std::move(stored));
    ending.age = found->age;
  }

  Replies& replies_;
  const std::shared_ptr<const ReplyKey> key_;
  const Flight& flight_;  // The ticket holds it.
  const std::uint64_t generation_;
  const std::uint64_t number_;
  const MonoTime started_;
  const bool no_cache_;
};

Replies::Replies(const std::deque<Action>& actions, std::size_t accounts,
                 ReplyLimits limits, const Clock& clock, Loop& loop,
                 CacheMetrics& metrics)
    : limits_(Complete(std::move(limits), actions.size())),
      clock_(clock),
      loop_(loop),
      metrics_(metrics),
      generations_(actions, accounts),
      store_(limits_.bytes, generations_, metrics) {}

Replies::~Replies() = default;

std::optional<Replies::Hit> Replies::Find(const ReplyRequest& request) {
  // Before the key, which costs most of the way.
  if (request.control.no_cache || !Keeps(*request.action)) return std::nullopt;
  // Before the look: a write that ends in between makes no difference, one that
  // ended before does.
  const std::uint64_t generation =
      generations_.Of(*request.account, *request.action);
  return FindStored(KeyView(request), generation, request.control);
}

std::optional<Replies::Hit> Replies::FindStored(const KeyView& key,
                                                std::uint64_t generation,
                                                const CacheControl& control) {
  std::optional<Store::Found> found =
      store_.Find(key, generation, control, clock_.MonoNow());
  if (!found.has_value()) return std::nullopt;
  metrics_.Served(found->age);
  return Hit{std::move(found->answer), found->stale ? "stale" : "hit",
             Whole(found->age), found->refresh};
}

std::variant<Replies::Hit, Join, Lead> Replies::Get(
    const ReplyRequest& request) {
  const KeyView key(request);
  const std::uint64_t generation =
      generations_.Of(*request.account, *request.action);
  if (!request.control.no_cache) {
    // Again: it may have come while this call was on its way to the loop.
    if (Keeps(*request.action)) {
      std::optional<Hit> hit = FindStored(key, generation, request.control);
      if (hit.has_value()) return *std::move(hit);
    }
    if (auto flight = OpenFlight(key, generation)) {
      metrics_.Joined();
      return Join{std::move(flight)};
    }
  }
  return Begin(request, key, generation, Flight::WhenLeft::kIsCancelled);
}

std::optional<Lead> Replies::Refresh(const ReplyRequest& request) {
  const KeyView key(request);
  const std::uint64_t generation =
      generations_.Of(*request.account, *request.action);
  if (OpenFlight(key, generation) != nullptr ||
      !store_.BeginRefresh(key, clock_.MonoNow())) {
    return std::nullopt;
  }
  return Begin(request, key, generation, Flight::WhenLeft::kGoesOn);
}

Lead Replies::Begin(const ReplyRequest& request, const KeyView& key,
                    std::uint64_t generation, Flight::WhenLeft when_left) {
  auto owned = std::make_shared<const ReplyKey>(key);
  auto flight = std::make_shared<Flight>(loop_, request.deadline, when_left);
  auto keeper = std::make_unique<Keeper>(*this, owned, *flight, generation,
                                         request.control.no_cache);
  metrics_.Flights(+1);
  Flying& flying = flights_[std::move(owned)];
  flying.latest = flight;
  flying.generation = generation;
  ++flying.under_way;
  return {flight, Ticket(flight, std::move(keeper))};
}

std::shared_ptr<Flight> Replies::OpenFlight(const KeyView& key,
                                            std::uint64_t generation) {
  const auto at = flights_.find(key);
  // One of an older generation may bring what a write has changed since.
  if (at == flights_.end() || at->second.generation != generation ||
      !at->second.latest->open()) {
    return nullptr;
  }
  return at->second.latest;
}

bool Replies::Keeps(const Action& action) const {
  return limits_.bytes > 0 && !action.sensitive &&
         limits_.ttl[action.index] > milliseconds::zero();
}

}  // namespace tcgate
