#include "service/replies/store.h"

#include <algorithm>
#include <new>
#include <utility>

namespace tcgate {
namespace {

// Chosen: time for the way from a hit to the loop.
constexpr std::chrono::seconds kRefreshBeginsWithin{1};
constexpr std::chrono::seconds kAfterFailedRefresh{1};

// A slot of the table at its emptiest, and what an allocator adds. Measured
// with jemalloc, rounded up: tests/bench/replies_bench.cc.
constexpr std::size_t kBookkeeping = 144;

// Allocates what it is asked for and a tail behind it.
template <typename T>
struct WithTail {
  using value_type = T;

  explicit WithTail(std::size_t bytes) : tail(bytes) {}
  template <typename U>
  explicit WithTail(const WithTail<U>& other) : tail(other.tail) {}

  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T) + tail));
  }
  void deallocate(T* memory, std::size_t /*count*/) {
    ::operator delete(memory);
  }
  template <typename U>
  bool operator==(const WithTail<U>& other) const {
    return tail == other.tail;
  }

  std::size_t tail;
};

}  // namespace

// In one piece with its reference count before it and the text of its key
// behind it, in the order in which a hit reads them: where a million entries
// are in no processor's cache, each further piece would cost some 150 ns.
class Store::Entry : public Sieve::Link {
 public:
  static std::shared_ptr<Entry> Make(const KeyView& key, Answer answer) {
    const WithTail<Entry> allocator(key.text_bytes());
    return std::allocate_shared<Entry>(allocator, key, std::move(answer));
  }

  // For `Make` only: there must be room behind it.
  Entry(const KeyView& key_in, Answer answer_in)
      : key(key_in.CopiedTo(reinterpret_cast<char*>(this + 1))),
        answer(std::move(answer_in)) {}

  MonoTime useful_until() const {
    return std::max(revalidated_until, on_error_until);
  }
  std::size_t bytes() const {
    return sizeof(*this) - sizeof(answer) + kBookkeeping + key.text_bytes() +
           BytesOf(answer);
  }

  std::uint64_t generation = 0;
  MonoTime came;
  MonoTime fresh_until;
  MonoTime revalidated_until;
  MonoTime on_error_until;
  MonoTime next_refresh = MonoTime::min();
  const KeyView key;
  const Answer answer;
};

bool Store::SlotEqual::operator()(const Slot& a, const Slot& b) const {
  return a.entry == b.entry || (*this)(a, b.entry->key);
}

bool Store::SlotEqual::operator()(const Slot& slot, const KeyView& key) const {
  return slot.hash == key.hash && slot.entry->key == key;
}

Store::Store(std::size_t bytes, const Generations& generations,
             CacheMetrics& metrics)
    : most_bytes_(bytes), generations_(generations), metrics_(metrics) {}

Store::~Store() = default;

std::optional<Store::Found> Store::Find(const KeyView& key,
                                        std::uint64_t generation,
                                        const CacheControl& control,
                                        MonoTime now) {
  std::shared_ptr<Entry> useless;  // Freed after the lock.
  std::optional<Found> found;
  {
    Shard& shard = ShardOf(key.hash);
    MutexLock lock(shard.mu);
    const auto at = shard.entries.find(key);
    if (at == shard.entries.end()) return std::nullopt;
    Entry& entry = *at->entry;
    if (entry.generation < generation || now >= entry.useful_until()) {
      useless = TakeOut(shard, at);
    } else if (now < entry.revalidated_until &&
               control.Takes(now - entry.came)) {
      entry.used = true;
      found = {SharedAnswer(at->entry, &entry.answer), now - entry.came,
               now >= entry.fresh_until};
      if (found->stale && !control.only_if_cached &&
          now >= entry.next_refresh) {
        entry.next_refresh = now + kRefreshBeginsWithin;
        found->refresh = true;
      }
    }
  }
  if (useless != nullptr) Report();
  return found;
}

std::optional<Store::Found> Store::FindOnError(const KeyView& key,
                                               std::uint64_t generation,
                                               MonoTime now) {
  Shard& shard = ShardOf(key.hash);
  MutexLock lock(shard.mu);
  const auto at = shard.entries.find(key);
  if (at == shard.entries.end()) return std::nullopt;
  Entry& entry = *at->entry;
  if (entry.generation < generation || now >= entry.on_error_until) {
    return std::nullopt;
  }
  entry.used = true;
  return Found{SharedAnswer(at->entry, &entry.answer), now - entry.came,
               now >= entry.fresh_until};
}

SharedAnswer Store::Put(const KeyView& key, Answer answer,
                        std::uint64_t generation, const Lifetime& lifetime,
                        MonoTime now) {
  // Also where the new one is not kept: the old one is no longer true.
  Drop(key);
  std::shared_ptr<Entry> entry = Entry::Make(key, std::move(answer));
  SharedAnswer shared(entry, &entry->answer);
  const std::size_t bytes = entry->bytes();
  if (bytes > most_bytes_ / 8) return shared;
  entry->generation = generation;
  entry->came = now;
  entry->fresh_until = now + lifetime.fresh;
  entry->revalidated_until = entry->fresh_until + lifetime.while_revalidated;
  entry->on_error_until = entry->fresh_until + lifetime.if_error;

  MakeRoom(bytes, key.hash, now);
  {
    Shard& shard = ShardOf(key.hash);
    MutexLock lock(shard.mu);
    shard.sieve.Add(*entry);
    shard.entries.insert(Slot{key.hash, std::move(entry)});
    bytes_.fetch_add(bytes, std::memory_order_relaxed);
    entries_.fetch_add(1, std::memory_order_relaxed);
  }
  Report();
  return shared;
}

void Store::Drop(const KeyView& key) {
  std::shared_ptr<Entry> dropped;  // Freed after the lock.
  {
    Shard& shard = ShardOf(key.hash);
    MutexLock lock(shard.mu);
    const auto at = shard.entries.find(key);
    if (at == shard.entries.end()) return;
    dropped = TakeOut(shard, at);
  }
  Report();
}

bool Store::BeginRefresh(const KeyView& key, MonoTime now) {
  Shard& shard = ShardOf(key.hash);
  MutexLock lock(shard.mu);
  const auto at = shard.entries.find(key);
  if (at == shard.entries.end() || now < at->entry->fresh_until) return false;
  at->entry->next_refresh = MonoTime::max();
  return true;
}

void Store::RefreshFailed(const KeyView& key, MonoTime now) {
  Shard& shard = ShardOf(key.hash);
  MutexLock lock(shard.mu);
  const auto at = shard.entries.find(key);
  if (at == shard.entries.end()) return;
  at->entry->next_refresh = now + kAfterFailedRefresh;
}

std::shared_ptr<Store::Entry> Store::TakeOut(Shard& shard,
                                             Entries::iterator at) {
  auto node = shard.entries.extract(at);
  std::shared_ptr<Entry> entry = std::move(node.value().entry);
  shard.sieve.Remove(*entry);
  bytes_.fetch_sub(entry->bytes(), std::memory_order_relaxed);
  entries_.fetch_sub(1, std::memory_order_relaxed);
  return entry;
}

void Store::MakeRoom(std::size_t bytes, std::size_t hash, MonoTime now) {
  std::size_t evicted = 0;
  // Keys fall evenly, so the first shard has something nearly always.
  for (std::size_t empty = 0; empty < kShards;) {
    if (this->bytes() + bytes <= most_bytes_) break;
    if (Evict(ShardOf(hash + (empty << 58)), now) == nullptr) {
      ++empty;
    } else {
      ++evicted;
    }
  }
  if (evicted > 0) metrics_.Evicted(evicted);
}

std::shared_ptr<Store::Entry> Store::Evict(Shard& shard, MonoTime now) {
  MutexLock lock(shard.mu);
  Sieve::Link* const next = shard.sieve.Next([&](const Sieve::Link& link) {
    const auto& entry = static_cast<const Entry&>(link);
    const KeyView& key = entry.key;
    return now >= entry.useful_until() ||
           generations_.Of(*key.account, *key.action) > entry.generation;
  });
  if (next == nullptr) return nullptr;
  return TakeOut(shard, shard.entries.find(static_cast<Entry*>(next)->key));
}

void Store::Report() { metrics_.Holds(bytes(), entries()); }

}  // namespace tcgate
