#include "service/replies/sieve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <deque>
#include <list>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace tcgate {
namespace {

struct Item : Sieve::Link {
  int key = 0;
};

bool NoneUseless(const Sieve::Link& /*link*/) { return false; }

int Evict(Sieve& sieve) {
  auto* item = static_cast<Item*>(sieve.Next(NoneUseless));
  sieve.Remove(*item);
  return item->key;
}

class SieveTest : public testing::Test {
 protected:
  void Add(int count) {
    for (int i = 0; i < count; ++i) {
      items_.emplace_back().key = i;
      sieve_.Add(items_.back());
    }
  }

  std::deque<Item> items_;
  Sieve sieve_;
};

TEST_F(SieveTest, WithoutUseTheOldestGoes) {
  EXPECT_EQ(sieve_.Next(NoneUseless), nullptr);
  Add(3);
  EXPECT_EQ(Evict(sieve_), 0);
  EXPECT_EQ(Evict(sieve_), 1);
  EXPECT_EQ(Evict(sieve_), 2);
  EXPECT_TRUE(sieve_.empty());
}

TEST_F(SieveTest, WhatWasUsedStaysOnceAndTheHandGoesOn) {
  Add(4);
  items_[0].used = true;
  items_[2].used = true;
  EXPECT_EQ(Evict(sieve_), 1);
  EXPECT_EQ(Evict(sieve_), 3);
  // Round again: the marks are gone.
  EXPECT_EQ(Evict(sieve_), 0);
  EXPECT_EQ(Evict(sieve_), 2);
}

TEST_F(SieveTest, WhatIsUselessGoesInSpiteOfItsMark) {
  Add(3);
  for (Item& item : items_) item.used = true;
  Sieve::Link* next = sieve_.Next([](const Sieve::Link& link) {
    return static_cast<const Item&>(link).key == 1;
  });
  EXPECT_EQ(next, &items_[1]);
}

TEST_F(SieveTest, TheWalkIsBounded) {
  Add(1000);
  for (Item& item : items_) item.used = true;
  EXPECT_EQ(Evict(sieve_), 64);
  EXPECT_TRUE(items_[65].used);
  EXPECT_EQ(Evict(sieve_), 129);
}

TEST_F(SieveTest, WhereTheHandIsMayLeave) {
  Add(4);
  items_[0].used = true;
  EXPECT_EQ(Evict(sieve_), 1);  // The hand is at 2.
  sieve_.Remove(items_[2]);
  EXPECT_EQ(Evict(sieve_), 3);
  EXPECT_EQ(Evict(sieve_), 0);
}

// What stands beside it in the comparison.
struct Cache {
  virtual ~Cache() = default;
  virtual bool Ask(int key) = 0;  // Whether it was there; it is afterwards.
};

class SieveCache final : public Cache {
 public:
  explicit SieveCache(std::size_t size) : size_(size) {}
  bool Ask(int key) override {
    const auto at = items_.find(key);
    if (at != items_.end()) return at->second.used = true;
    if (items_.size() == size_) items_.erase(Evict(sieve_));
    Item& item = items_[key];
    item.key = key;
    sieve_.Add(item);
    return false;
  }

 private:
  const std::size_t size_;
  std::unordered_map<int, Item> items_;
  Sieve sieve_;
};

// LRU, or FIFO if a use moves nothing.
class ListCache final : public Cache {
 public:
  ListCache(std::size_t size, bool moves) : size_(size), moves_(moves) {}
  bool Ask(int key) override {
    const auto at = items_.find(key);
    if (at != items_.end()) {
      if (moves_) order_.splice(order_.end(), order_, at->second);
      return true;
    }
    if (items_.size() == size_) {
      items_.erase(order_.front());
      order_.pop_front();
    }
    items_[key] = order_.insert(order_.end(), key);
    return false;
  }

 private:
  const std::size_t size_;
  const bool moves_;
  std::list<int> order_;
  std::unordered_map<int, std::list<int>::iterator> items_;
};

class ClockCache final : public Cache {
 public:
  explicit ClockCache(std::size_t size) : slots_(size, {-1, false}) {}
  bool Ask(int key) override {
    const auto at = places_.find(key);
    if (at != places_.end()) return slots_[at->second].used = true;
    while (slots_[hand_].used) {
      slots_[hand_].used = false;
      hand_ = (hand_ + 1) % slots_.size();
    }
    places_.erase(slots_[hand_].key);
    slots_[hand_] = {key, false};
    places_[key] = hand_;
    hand_ = (hand_ + 1) % slots_.size();
    return false;
  }

 private:
  struct Slot {
    int key;
    bool used;
  };
  std::vector<Slot> slots_;
  std::size_t hand_ = 0;
  std::unordered_map<int, std::size_t> places_;
};

constexpr int kKeys = 20'000;
constexpr int kAsks = 300'000;

// Keys by Zipf's law. `scan`: of each 1,000 asks, so many walk through keys
// that are asked for once, as who reads a list page by page does.
std::vector<int> Asks(double skew, int scan) {
  std::vector<double> sums;
  double sum = 0;
  for (int key = 1; key <= kKeys; ++key) {
    sums.push_back(sum += std::pow(key, -skew));
  }
  std::mt19937 random(1);
  std::uniform_real_distribution<double> uniform(0, sum);
  std::vector<int> asks;
  int page = kKeys;
  for (int i = 0; i < kAsks; ++i) {
    const auto at = std::lower_bound(sums.begin(), sums.end(), uniform(random));
    asks.push_back(i % 1000 < scan ? page++
                                   : static_cast<int>(at - sums.begin()));
  }
  return asks;
}

double HitRatio(Cache&& cache, const std::vector<int>& asks) {
  int hits = 0;
  for (const int key : asks) hits += cache.Ask(key) ? 1 : 0;
  return static_cast<double>(hits) / static_cast<double>(asks.size());
}

// Prints the comparison that the choice stands on, and holds it.
TEST(SieveHitRatioTest, IsBetterThanItsPeersOnWhatServicesAskFor) {
  std::printf("skew scan size    SIEVE   LRU  CLOCK  FIFO\n");
  for (const double skew : {0.7, 1.0}) {
    for (const int scan : {0, 300}) {
      const std::vector<int> asks = Asks(skew, scan);
      for (const std::size_t size : {200U, 2000U}) {
        const double sieve = HitRatio(SieveCache(size), asks);
        const double lru = HitRatio(ListCache(size, true), asks);
        const double clock = HitRatio(ClockCache(size), asks);
        const double fifo = HitRatio(ListCache(size, false), asks);
        std::printf("%.1f  %3.0f%% %5zu    %.3f  %.3f  %.3f  %.3f\n", skew,
                    scan / 10.0, size, sieve, lru, clock, fifo);
        EXPECT_GT(sieve, lru);
        EXPECT_GT(sieve, clock);
        EXPECT_GT(sieve, fifo);
      }
    }
  }
}

}  // namespace
}  // namespace tcgate
