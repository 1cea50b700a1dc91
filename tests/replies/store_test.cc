#include "service/replies/store.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/telemetry/cache_metrics.h"
#include "service/telemetry/metrics.h"
#include "tests/replies/demo_actions.h"

namespace tcgate {
namespace {

using std::chrono::seconds;

class StoreTest : public testing::Test {
 protected:
  static constexpr std::size_t kBytes = 1 << 20;

  ReplyRequest Read(const std::string& body) const {
    ReplyRequest request;
    request.action = &demo_.read_a;
    request.account = &demo_.one;
    request.body = body;
    return request;
  }

  std::uint64_t Generation() const {
    return generations_.Of(demo_.one, demo_.read_a);
  }

  void Put(const std::string& body, std::string wire) {
    Answer answer;
    answer.wire = std::make_shared<const std::string>(std::move(wire));
    store_.Put(KeyView(Read(body)), std::move(answer), Generation(),
               {seconds(10)}, now_);
  }

  // The reply to this body, or `none`.
  std::string Find(const std::string& body) {
    const auto found = store_.Find(KeyView(Read(body)), Generation(), {}, now_);
    return found.has_value() ? *found->answer->wire : "none";
  }

  std::size_t Evictions() const {
    const std::string text = metrics_.Render();
    const std::string name = "\ntcgate_cache_evictions_total ";
    return std::stoul(text.substr(text.find(name) + name.size()));
  }

  DemoActions demo_;
  Metrics metrics_{{}};
  Generations generations_{demo_.actions, 2};
  Store store_{kBytes, generations_, metrics_.cache()};
  MonoTime now_{std::chrono::hours(1)};
};

TEST_F(StoreTest, EntriesAreCountedWhole) {
  Put("a", "");
  const std::size_t least = store_.bytes();
  EXPECT_GT(least, 300U);  // The structures alone.
  Put("b" + std::string(999, ' '), "");
  EXPECT_EQ(store_.bytes(), 2 * least + 999);
  Put("c", std::string(5000, 'x'));
  EXPECT_GE(store_.bytes(), 3 * least + 999 + 5000);
  EXPECT_EQ(store_.entries(), 3U);
}

TEST_F(StoreTest, EverythingInAnAnswerCounts) {
  Answer answer;
  const std::size_t least = BytesOf(answer);
  const std::string kilobyte(1000, 'x');
  answer.outcome.message = kilobyte;
  answer.outcome.reason = kilobyte;
  answer.outcome.request_id = kilobyte;
  answer.outcome.metadata = {{kilobyte, kilobyte}};
  answer.outcome.violations = {{kilobyte, kilobyte}};
  EXPECT_GE(BytesOf(answer), least + 7000);
}

TEST_F(StoreTest, NeverHoldsMoreThanItsBound) {
  for (int i = 0; i < 3000; ++i) {
    // Sizes from 0 to 30 kB, small ones more often.
    const auto size = static_cast<std::size_t>(i % 31 * (i % 31) * (i % 31));
    Put(absl::StrCat(i), std::string(size, 'x'));
    ASSERT_LE(store_.bytes(), kBytes);
  }
  EXPECT_GT(store_.bytes(), kBytes * 9 / 10);
  EXPECT_EQ(store_.entries() + Evictions(), 3000U);
}

TEST_F(StoreTest, WhatIsLargerThanAnEighthIsNotKept) {
  Put("small", "x");
  Put("large", std::string(kBytes / 8, 'x'));
  EXPECT_EQ(Find("large"), "none");
  EXPECT_EQ(Find("small"), "x");
  Put("largest", std::string(kBytes / 8 - 1000, 'x'));
  EXPECT_NE(Find("largest"), "none");
}

TEST_F(StoreTest, WhatIsUsedOutlivesWhatIsNot) {
  Put("used", "x");
  int kept = 0;
  for (int i = 0; i < 5000; ++i) {
    Put(absl::StrCat("once ", i), std::string(1000, 'x'));
    kept += Find("used") == "x" ? 1 : 0;
  }
  EXPECT_EQ(kept, 5000);
}

TEST_F(StoreTest, WhatIsUselessGoesFirst) {
  // 500 entries that are much used; then a write overtakes them all.
  for (int i = 0; i < 500; ++i) {
    Put(absl::StrCat("old ", i), std::string(1000, 'x'));
    EXPECT_NE(Find(absl::StrCat("old ", i)), "none");
  }
  generations_.Sent(demo_.one, demo_.write_a);
  for (int i = 0; i < 1500; ++i) {
    Put(absl::StrCat("new ", i), std::string(1000, 'x'));
  }
  // Of the old ones next to nothing is left, in parts that few new ones came
  // to: the store is full of new ones.
  int kept = 0;
  for (int i = 0; i < 1500; ++i) {
    kept += Find(absl::StrCat("new ", i)) != "none" ? 1 : 0;
  }
  EXPECT_GE(static_cast<std::size_t>(kept), store_.entries() * 9 / 10);
}

TEST_F(StoreTest, ALaterGenerationThanAskedForWillDo) {
  const std::uint64_t before = Generation();
  generations_.Sent(demo_.one, demo_.write_a);
  Put("a", "new");
  // A read that looked at its generation just before the write.
  const auto found = store_.Find(KeyView(Read("a")), before, {}, now_);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(*found->answer->wire, "new");
}

TEST_F(StoreTest, AReplyOnItsWayOutlivesItsEntry) {
  Put("a", "bytes");
  const auto found = store_.Find(KeyView(Read("a")), Generation(), {}, now_);
  store_.Drop(KeyView(Read("a")));
  EXPECT_EQ(store_.bytes(), 0U);
  EXPECT_EQ(*found->answer->wire, "bytes");
}

TEST_F(StoreTest, WhatIsPutTakesThePlaceOfWhatWasThere) {
  Put("a", "x");
  const std::size_t one = store_.bytes();
  Put("a", "y");
  EXPECT_EQ(Find("a"), "y");
  EXPECT_EQ(store_.entries(), 1U);
  EXPECT_EQ(store_.bytes(), one);
  store_.Drop(KeyView(Read("b")));  // Is not there.
  EXPECT_EQ(store_.entries(), 1U);
}

}  // namespace
}  // namespace tcgate
