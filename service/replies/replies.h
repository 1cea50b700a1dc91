#ifndef TCGATE_SERVICE_REPLIES_REPLIES_H_
#define TCGATE_SERVICE_REPLIES_REPLIES_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "service/base/clock.h"
#include "service/catalog/action.h"
#include "service/http/loop.h"
#include "service/replies/answer.h"
#include "service/replies/generations.h"
#include "service/replies/reply_key.h"
#include "service/replies/reply_request.h"
#include "service/replies/store.h"
#include "service/replies/ticket.h"
#include "service/telemetry/cache_metrics.h"

namespace tcgate {

// How long and how much is kept. The times are those of config.proto, `Cache`.
struct ReplyLimits {
  std::size_t bytes = 0;  // Most that is kept, in all. 0: nothing is.
  // How long, by `Action::index`. 0: equal calls are joined, nothing is kept.
  std::vector<std::chrono::milliseconds> ttl;
  std::chrono::milliseconds stale_while_revalidate{0};
  std::chrono::milliseconds stale_if_error{0};
  // At most the TTL of the action: nothing is kept longer for not being there.
  std::chrono::milliseconds not_found_ttl{0};
};

// Replies to reads, stored or on their way: the cache, the flights and the
// generations behind one type. Two requests share a reply only if account,
// region, language, action and body are equal, and no write of this process
// that touches it ended in between.
//
// `Find` and `generations()` are thread-safe; everything else lives on the
// loop's thread. All flights must have ended before this goes.
class Replies {
 public:
  // A stored reply. Nothing is copied.
  struct Hit {
    SharedAnswer answer;        // As stored; `cache` and `age` are below.
    const char* cache = "hit";  // Or `stale`; a literal.
    std::chrono::seconds age{0};
    // It is stale and this caller is to call `Refresh`: true for one caller
    // until the refresh ends, and for another where none began within 1 s.
    bool refresh = false;
  };

  // `actions` and `accounts` as for `Generations`. `clock`, `loop` and
  // `metrics` must outlive this.
  Replies(const std::deque<Action>& actions, std::size_t accounts,
          ReplyLimits limits, const Clock& clock, Loop& loop,
          CacheMetrics& metrics);
  ~Replies();
  Replies(const Replies&) = delete;
  Replies& operator=(const Replies&) = delete;

  // The way of a hit; nothing if there is none. Allocates nothing. Any action:
  // there is never one for a write.
  std::optional<Hit> Find(const ReplyRequest& request);

  // The same for a call that waits if need be. REQUIRES: an action that only
  // reads and does not stream; a call that does not say `only_if_cached`, which
  // ends where `Find` finds nothing.
  std::variant<Hit, Join, Lead> Get(const ReplyRequest& request);

  // A flight that brings a stale reply up to date. Nobody need wait for it, and
  // who does cannot cancel it. Nothing if one is on its way already.
  std::optional<Lead> Refresh(const ReplyRequest& request);

  Generations& generations() { return generations_; }

 private:
  class Keeper;
  // The flights of one key. There is more than one where a caller wants no
  // older one, or a write came in between.
  struct Flying {
    std::shared_ptr<Flight> latest;
    std::uint64_t generation = 0;  // Of the latest.
    int under_way = 0;
    // The latest that brought an answer, by its number: what an earlier one
    // brings after it is not kept.
    std::uint64_t answered = 0;
  };

  std::optional<Hit> FindStored(const KeyView& key, std::uint64_t generation,
                                const CacheControl& control);
  Lead Begin(const ReplyRequest& request, const KeyView& key,
             std::uint64_t generation, Flight::WhenLeft when_left);
  // The flight that a read of this generation may join, or null.
  std::shared_ptr<Flight> OpenFlight(const KeyView& key,
                                     std::uint64_t generation);
  bool Keeps(const Action& action) const;

  const ReplyLimits limits_;
  const Clock& clock_;
  Loop& loop_;
  CacheMetrics& metrics_;
  Generations generations_;
  Store store_;
  absl::flat_hash_map<std::shared_ptr<const ReplyKey>, Flying, ReplyKey::Hash,
                      ReplyKey::Equal>
      flights_;
  std::uint64_t begun_ = 0;  // Flights: their numbers.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_REPLIES_REPLIES_H_
