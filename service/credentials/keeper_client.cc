#include "service/credentials/keeper_client.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "absl/memory/memory.h"

namespace tcgate {
namespace {

// Chosen. The calendar is looked at again and again, not waited for, since a
// clock may be set; the keys of a day are there for 15 minutes before it.
constexpr int kLookEveryMs = 1000;
// Chosen: how many looks until a rotated credential is asked for. Whoever
// rotates keeps the old key valid for longer than 10 s.
constexpr unsigned kLooksToRenew = 10;

}  // namespace

absl::StatusOr<std::unique_ptr<KeeperClient>> KeeperClient::Connect(
    KeeperLink link, Options options, const Clock& clock) {
  auto client = absl::WrapUnique(
      new KeeperClient(std::move(link), std::move(options), clock));
  absl::Status status = client->keys_.Refill();
  if (!status.ok()) return status;
  client->thread_ = std::thread(&KeeperClient::KeepFilled, client.get());
  return client;
}

KeeperClient::KeeperClient(KeeperLink link, Options options, const Clock& clock)
    : keys_(std::move(link), std::move(options.accounts),
            std::move(options.products), clock),
      on_keeper_gone_(std::move(options.on_keeper_gone)) {}

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

void KeeperClient::KeepFilled() {
  for (unsigned look = 1;; ++look) {
    pollfd keeper = {keys_.link().fd(), POLLIN, 0};
    const int ready = poll(&keeper, 1, kLookEveryMs);
    if (ready < 0 && errno == EINTR) continue;
    // A refusal is asked again next time: the clocks may agree by then.
    if (ready != 0) break;
    const absl::Status status =
        look % kLooksToRenew == 0 ? keys_.Renew() : keys_.Refill();
    if (absl::IsUnavailable(status)) break;
  }
  if (!stopping_) on_keeper_gone_();
}

}  // namespace tcgate
