#include "service/credentials/keeper_client.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/memory/memory.h"

namespace tcgate {
namespace {

// Chosen. The calendar is looked at again and again, not waited for, since a
// clock may be set; the keys of a day are there for 15 minutes before it.
constexpr std::chrono::milliseconds kLookEvery{1000};
// Chosen: how long until a rotated credential is asked for. Whoever rotates
// keeps the old key valid for longer; if not, the vendor's refusal asks for it.
constexpr std::chrono::seconds kRenewEvery{10};

}  // namespace

absl::StatusOr<std::unique_ptr<KeeperClient>> KeeperClient::Connect(
    KeeperLink link, Options options, const Clock& clock) {
  auto client = absl::WrapUnique(
      new KeeperClient(std::move(link), std::move(options), clock));
  absl::Status status = client->keys_.Refill();
  if (!status.ok()) return status;
  client->TellSignsUntil();
  client->thread_ = std::thread(&KeeperClient::KeepFilled, client.get());
  return client;
}

KeeperClient::KeeperClient(KeeperLink link, Options options, const Clock& clock)
    : keys_(std::move(link), std::move(options.accounts),
            std::move(options.products), clock),
      clock_(clock),
      on_keeper_gone_(std::move(options.on_keeper_gone)),
      on_signs_until_(std::move(options.on_signs_until)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

KeeperClient::~KeeperClient() {
  stopping_ = true;
  shutdown(keys_.link().fd(), SHUT_RDWR);  // Wakes the thread where it waits.
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const SigningKey> KeeperClient::Find(absl::string_view account,
                                                     absl::string_view product,
                                                     absl::string_view date) {
  return keys_.Find(account, product, date);
}

std::uint64_t KeeperClient::Refresh(absl::string_view account) {
  const std::uint64_t number = refreshes_.Ask(account);
  const std::uint64_t one = 1;
  // Without it (no descriptor was left at start) the next look comes as soon
  // as it always does.
  [[maybe_unused]] const ssize_t written =
      write(wake_.get(), &one, sizeof(one));
  return number;
}

std::uint64_t KeeperClient::Refreshed(absl::string_view account) {
  return refreshes_.Over(account);
}

void KeeperClient::KeepFilled() {
  const MonoTime start = clock_.MonoNow();
  MonoTime next_look = start + kLookEvery;
  MonoTime next_renewal = start + kRenewEvery;
  while (Wait()) {
    if (absl::IsUnavailable(RefreshDue())) break;
    const MonoTime now = clock_.MonoNow();
    if (now < next_look) continue;
    next_look = now + kLookEvery;
    const bool renew = now >= next_renewal;
    if (renew) next_renewal = now + kRenewEvery;
    // A refusal is asked again next time: the clocks may agree by then.
    const absl::Status status = renew ? keys_.Renew() : keys_.Refill();
    if (absl::IsUnavailable(status)) break;
    TellSignsUntil();
  }
  if (!stopping_) on_keeper_gone_();
}

bool KeeperClient::Wait() {
  std::chrono::milliseconds most = kLookEvery;
  if (const std::optional<MonoTime> due = refreshes_.NextDue()) {
    const auto until = std::chrono::ceil<std::chrono::milliseconds>(
        std::max(*due, clock_.MonoNow()) - clock_.MonoNow());
    most = std::clamp(until, std::chrono::milliseconds(0), most);
  }
  pollfd watched[] = {{keys_.link().fd(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
  if (poll(watched, std::size(watched), static_cast<int>(most.count())) < 0) {
    return errno == EINTR;
  }
  if (watched[1].revents != 0) {
    std::uint64_t requests = 0;
    [[maybe_unused]] const ssize_t emptied =
        read(wake_.get(), &requests, sizeof(requests));
  }
  return watched[0].revents == 0;
}

absl::Status KeeperClient::RefreshDue() {
  for (const std::string& account : refreshes_.TakeDue(clock_.MonoNow())) {
    const absl::Status status = keys_.Renew(account);
    refreshes_.Finish(account);
    if (absl::IsUnavailable(status)) return status;
  }
  return absl::OkStatus();
}

void KeeperClient::TellSignsUntil() {
  if (on_signs_until_ == nullptr) return;
  for (const std::string& account : keys_.accounts()) {
    const std::optional<WallTime> until = keys_.SignsUntil(account);
    if (until.has_value()) on_signs_until_(account, *until);
  }
}

}  // namespace tcgate
