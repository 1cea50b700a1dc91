#ifndef TCGATE_SERVICE_REPLIES_STORE_H_
#define TCGATE_SERVICE_REPLIES_STORE_H_

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "service/base/clock.h"
#include "service/base/mutex.h"
#include "service/replies/answer.h"
#include "service/replies/generations.h"
#include "service/replies/reply_key.h"
#include "service/replies/reply_request.h"
#include "service/replies/sieve.h"
#include "service/telemetry/cache_metrics.h"

namespace tcgate {

// Finished replies, bounded by bytes. An entry is counted whole: its key, its
// answer and what it takes to find it. One that is larger than an eighth of the
// bound is not kept (chosen: the default bound then keeps the largest reply
// that the gateway takes), and what went stale or was overtaken by a write goes
// when it is next looked for, or first when there is no room.
//
// `Find` is thread-safe and costs the same whatever is stored: one lock of 64
// that no other work is done under, no allocation, no copy. The others are for
// one thread at a time, beside any number of `Find`.
class Store {
 public:
  // From the moment that a reply came.
  struct Lifetime {
    std::chrono::nanoseconds fresh{0};
    // In all, not beyond `fresh`.
    std::chrono::nanoseconds while_revalidated{0};
    std::chrono::nanoseconds if_error{0};
  };

  struct Found {
    SharedAnswer answer;
    std::chrono::nanoseconds age{0};
    bool stale = false;
    bool refresh = false;  // See `Replies::Hit`.
  };

  // Both must outlive this.
  Store(std::size_t bytes, const Generations& generations,
        CacheMetrics& metrics);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // What may be served at `now` to a read of `generation` and `control`. A
  // later generation will do: it came into being after the read asked for its
  // own.
  std::optional<Found> Find(const KeyView& key, std::uint64_t generation,
                            const CacheControl& control, MonoTime now);

  // The same where the vendor could not be asked, whoever asks.
  std::optional<Found> FindOnError(const KeyView& key, std::uint64_t generation,
                                   MonoTime now);

  // Keeps a reply that came at `now`, in place of what is there. Returns it,
  // kept or not.
  SharedAnswer Put(const KeyView& key, Answer answer, std::uint64_t generation,
                   const Lifetime& lifetime, MonoTime now);

  void Drop(const KeyView& key);

  // Notes that a refresh has begun: nobody else is asked for one until it ends.
  // False if there is nothing stale to refresh.
  bool BeginRefresh(const KeyView& key, MonoTime now);
  // Notes that it ended without a reply: the next is due 1 s later, so that
  // hits, while the vendor is out of order, do not become as many attempts.
  void RefreshFailed(const KeyView& key, MonoTime now);

  // At any moment at most the bound.
  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  std::size_t entries() const {
    return entries_.load(std::memory_order_relaxed);
  }

 private:
  class Entry;
  // The hash is here too: the table is searched and grows without a look at
  // the entries.
  struct Slot {
    std::size_t hash;
    std::shared_ptr<Entry> entry;
  };
  struct SlotHash {
    using is_transparent = void;
    std::size_t operator()(const Slot& slot) const { return slot.hash; }
    std::size_t operator()(const KeyView& key) const { return key.hash; }
  };
  struct SlotEqual {
    using is_transparent = void;
    bool operator()(const Slot& a, const Slot& b) const;
    bool operator()(const Slot& slot, const KeyView& key) const;
    bool operator()(const KeyView& key, const Slot& slot) const {
      return (*this)(slot, key);
    }
  };
  using Entries = absl::flat_hash_set<Slot, SlotHash, SlotEqual>;

  // A cache line each: neighbours do not slow each other down.
  struct alignas(64) Shard {
    Mutex mu;
    Entries entries ABSL_GUARDED_BY(mu);
    Sieve sieve ABSL_GUARDED_BY(mu);
  };
  static constexpr std::size_t kShards = 64;  // Chosen: many more than threads.

  Shard& ShardOf(std::size_t hash) { return shards_[hash >> 58]; }
  // Takes an entry out; the caller frees it when it has let go of the lock.
  std::shared_ptr<Entry> TakeOut(Shard& shard, Entries::iterator at)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mu);
  // Takes out what is to go until there is room, first in the shard of `hash`.
  void MakeRoom(std::size_t bytes, std::size_t hash, MonoTime now);
  // Takes out the next that is to go; null if the shard is empty.
  std::shared_ptr<Entry> Evict(Shard& shard, MonoTime now);
  void Report();

  std::array<Shard, kShards> shards_;  // First: it has to be aligned.
  const std::size_t most_bytes_;
  const Generations& generations_;
  CacheMetrics& metrics_;
  std::atomic<std::size_t> bytes_{0};
  std::atomic<std::size_t> entries_{0};
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_REPLIES_STORE_H_
