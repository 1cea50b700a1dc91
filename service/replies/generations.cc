#include "service/replies/generations.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

// How long what a write touched is not stored: the vendor's replicas lag, and
// what is still on its way may yet run. Both from the design; chosen there.
constexpr std::chrono::seconds kAfterSuccess{1};
constexpr std::chrono::seconds kAfterUnknown{60};

// Tags are `product/tag`, and no product's code has a slash: neither of these
// is a tag.
std::string Whole(const Product& product) { return product.code; }
std::string Any(const Product& product) { return product.code + "/"; }

std::vector<std::string> Names(const Action& action) {
  const bool reads = action.effect == Effect::kRead;
  const Product& product = *action.product;
  std::vector<std::string> names = reads ? action.reads : action.writes;
  const bool tagged = !names.empty();
  if (tagged == reads) names.push_back(Whole(product));
  if (!tagged || !reads) names.push_back(Any(product));
  return names;
}

}  // namespace

Generations::Generations(const std::deque<Action>& actions,
                         std::size_t accounts) {
  absl::flat_hash_map<std::string, std::uint32_t> places;
  for (const Action& action : actions) {
    Places& mine = places_.emplace_back();
    for (std::string& name : Names(action)) {
      const auto next = static_cast<std::uint32_t>(places.size());
      mine.push_back(places.try_emplace(std::move(name), next).first->second);
    }
    // A tag that is named twice counts once.
    std::sort(mine.begin(), mine.end());
    mine.erase(std::unique(mine.begin(), mine.end()), mine.end());
  }
  each_ = places.size();
  counters_ = std::make_unique<Counter[]>(each_ * accounts);
}

std::uint64_t Generations::Of(const Account& account,
                              const Action& action) const {
  std::uint64_t sum = 0;
  for (const std::uint32_t place : places_[action.index]) {
    sum += At(account, place).writes.load(std::memory_order_acquire);
  }
  return sum;
}

void Generations::Sent(const Account& account, const Action& action) {
  if (action.effect == Effect::kRead) return;
  for (const std::uint32_t place : places_[action.index]) {
    At(account, place).writes.fetch_add(1, std::memory_order_acq_rel);
  }
}

void Generations::Ended(const Account& account, const Action& action,
                        const Outcome& outcome, MonoTime now) {
  if (action.effect == Effect::kRead) return;
  MonoTime::rep until = MonoTime::min().time_since_epoch().count();
  if (outcome.ok() || outcome.ran == Ran::kYes) {
    until = (now + kAfterSuccess).time_since_epoch().count();
  } else if (outcome.ran == Ran::kMaybe) {
    until = (now + kAfterUnknown).time_since_epoch().count();
  }
  for (const std::uint32_t place : places_[action.index]) {
    Counter& counter = At(account, place);
    // The bar before the bump: who sees the new generation sees it, too.
    MonoTime::rep before = counter.barred_until.load(std::memory_order_relaxed);
    while (before < until && !counter.barred_until.compare_exchange_weak(
                                 before, until, std::memory_order_acq_rel)) {
    }
    counter.writes.fetch_add(1, std::memory_order_acq_rel);
  }
}

bool Generations::MayStore(const Account& account, const Action& action,
                           MonoTime started) const {
  const MonoTime::rep at = started.time_since_epoch().count();
  const Places& places = places_[action.index];
  return std::all_of(places.begin(), places.end(), [&](std::uint32_t place) {
    return At(account, place).barred_until.load(std::memory_order_acquire) <=
           at;
  });
}

Generations::Counter& Generations::At(const Account& account,
                                      std::uint32_t place) const {
  return counters_[account.index * each_ + place];
}

}  // namespace tcgate
