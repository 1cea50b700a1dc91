#include "service/credentials/refreshes.h"

#include <algorithm>

namespace tcgate {

std::uint64_t Refreshes::Ask(absl::string_view name) {
  MutexLock lock(mu_);
  Account& account = accounts_[std::string(name)];
  if (account.begun > account.over) return account.begun;
  account.wanted = true;
  return account.begun + 1;
}

std::uint64_t Refreshes::Over(absl::string_view name) {
  MutexLock lock(mu_);
  const auto found = accounts_.find(name);
  return found == accounts_.end() ? 0 : found->second.over;
}

std::vector<std::string> Refreshes::TakeDue(MonoTime now) {
  std::vector<std::string> due;
  MutexLock lock(mu_);
  for (auto& [name, account] : accounts_) {
    if (!account.wanted || now < account.not_before) continue;
    account.wanted = false;
    account.not_before = now + kEvery;
    ++account.begun;
    due.push_back(name);
  }
  return due;
}

void Refreshes::Finish(const std::string& name) {
  MutexLock lock(mu_);
  Account& account = accounts_[name];
  account.over = account.begun;
}

std::optional<MonoTime> Refreshes::NextDue() {
  std::optional<MonoTime> next;
  MutexLock lock(mu_);
  for (const auto& [name, account] : accounts_) {
    if (!account.wanted) continue;
    next = std::min(next.value_or(MonoTime::max()), account.not_before);
  }
  return next;
}

}  // namespace tcgate
