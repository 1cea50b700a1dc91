#include "service/credentials/fetched_keys.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "service/credentials/signing_days.h"

namespace tcgate {
namespace {

// Of two keys for the same product and day.
bool SameCredential(const SigningKey& a, const SigningKey& b) {
  return a.secret_id == b.secret_id && a.token == b.token &&
         a.key.Reveal() == b.key.Reveal();
}

}  // namespace

FetchedKeys::FetchedKeys(KeeperLink link, std::vector<std::string> accounts,
                         std::vector<std::string> products, const Clock& clock)
    : link_(std::move(link)),
      accounts_(std::move(accounts)),
      products_(std::move(products)),
      clock_(clock) {}

std::shared_ptr<const SigningKey> FetchedKeys::Find(absl::string_view account,
                                                    absl::string_view product,
                                                    absl::string_view date) {
  MutexLock lock(mu_);
  const auto found = keys_.find(std::tie(account, product, date));
  return found == keys_.end() ? nullptr : found->second;
}

absl::Status FetchedKeys::Refill() {
  const std::vector<std::string> days = SigningDays(clock_.WallNow());
  DropAllBut(days);
  std::vector<Slot> missing;
  for (Slot& slot : Slots(days, accounts_)) {
    MutexLock lock(mu_);
    if (!keys_.contains(slot)) missing.push_back(std::move(slot));
  }
  return Fetch(missing, days.front());
}

absl::Status FetchedKeys::Renew() {
  const std::vector<std::string> days = SigningDays(clock_.WallNow());
  return Fetch(Slots(days, accounts_), days.front());
}

absl::Status FetchedKeys::Renew(const std::string& account) {
  const std::vector<std::string> days = SigningDays(clock_.WallNow());
  return Fetch(Slots(days, {account}), days.front());
}

std::optional<WallTime> FetchedKeys::SignsUntil(
    const std::string& account) const {
  std::optional<WallTime> until;
  for (const std::string& day : SigningDays(clock_.WallNow())) {
    MutexLock lock(mu_);
    bool whole = true;
    for (const std::string& product : products_) {
      whole = whole && keys_.contains(std::tie(account, product, day));
    }
    if (whole) until = std::max(until, SigningEnd(day));
  }
  return until;
}

absl::Status FetchedKeys::Fetch(const std::vector<Slot>& slots,
                                const std::string& today) {
  absl::Status result;
  for (const Slot& slot : slots) {
    const absl::Status status = FetchOne(slot);
    if (absl::IsUnavailable(status)) return status;
    // Another day than today's the keeper may refuse, since it judges a moment
    // later than this thread.
    if (std::get<2>(slot) == today) result.Update(status);
  }
  return result;
}

absl::Status FetchedKeys::FetchOne(const Slot& slot) {
  const auto& [account, product, day] = slot;
  absl::StatusOr<SigningKey> key = link_.FetchKey(account, product, day);
  if (!key.ok()) {
    return absl::Status(
        key.status().code(),
        absl::StrCat("no key of account ", account, " for ", product, " on ",
                     day, ": ", key.status().message()));
  }
  auto shared = std::make_shared<const SigningKey>(*std::move(key));
  MutexLock lock(mu_);
  std::shared_ptr<const SigningKey>& kept = keys_[slot];
  if (kept == nullptr || !SameCredential(*kept, *shared)) {
    kept = std::move(shared);
  }
  return absl::OkStatus();
}

std::vector<FetchedKeys::Slot> FetchedKeys::Slots(
    const std::vector<std::string>& days,
    const std::vector<std::string>& accounts) const {
  std::vector<Slot> slots;
  for (const std::string& day : days) {
    for (const std::string& account : accounts) {
      for (const std::string& product : products_) {
        slots.emplace_back(account, product, day);
      }
    }
  }
  return slots;
}

void FetchedKeys::DropAllBut(const std::vector<std::string>& days) {
  MutexLock lock(mu_);
  std::erase_if(keys_, [&days](const auto& entry) {
    return std::find(days.begin(), days.end(), entry.second->date) ==
           days.end();
  });
}

}  // namespace tcgate
