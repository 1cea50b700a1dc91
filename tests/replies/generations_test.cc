#include "service/replies/generations.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/replies/demo_actions.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const MonoTime kNow{std::chrono::hours(1)};

Outcome Ended(absl::StatusCode code, Ran ran) {
  Outcome outcome;
  outcome.code = code;
  outcome.ran = ran;
  return outcome;
}

class GenerationsTest : public testing::Test {
 protected:
  std::uint64_t Of(const Action& action) const {
    return generations_.Of(demo_.one, action);
  }
  bool MayStore(MonoTime started) const {
    return generations_.MayStore(demo_.one, demo_.read_a, started);
  }

  DemoActions demo_;
  Generations generations_{demo_.actions, 2};
};

TEST_F(GenerationsTest, AWriteTouchesWhatItsTagsSay) {
  const struct {
    const Action& write;
    // Whether these reads see it: a, b, a and b, no tags, a of the older
    // version, a of the other product.
    std::vector<bool> touched;
  } kRows[] = {
      {demo_.write_a, {true, false, true, true, true, false}},
      {demo_.write_b, {false, true, true, true, false, false}},
      {demo_.write_all, {true, true, true, true, true, false}},
      {demo_.other_write_all, {false, false, false, false, false, true}},
  };
  const Action* const reads[] = {&demo_.read_a,     &demo_.read_b,
                                 &demo_.read_ab,    &demo_.read_all,
                                 &demo_.old_read_a, &demo_.other_read_a};
  for (const auto& row : kRows) {
    for (std::size_t i = 0; i < row.touched.size(); ++i) {
      SCOPED_TRACE(std::to_string(row.write.index) + " " + std::to_string(i));
      const std::uint64_t before = Of(*reads[i]);
      generations_.Sent(demo_.one, row.write);
      const std::uint64_t sent = Of(*reads[i]);
      generations_.Ended(demo_.one, row.write,
                         Ended(absl::StatusCode::kOk, Ran::kYes), kNow);
      const std::uint64_t ended = Of(*reads[i]);
      EXPECT_EQ(sent > before, row.touched[i]);
      EXPECT_EQ(ended > sent, row.touched[i]);
    }
  }
}

TEST_F(GenerationsTest, AccountsAreApart) {
  const std::uint64_t before = generations_.Of(demo_.two, demo_.read_a);
  generations_.Sent(demo_.one, demo_.write_all);
  generations_.Ended(demo_.one, demo_.write_all,
                     Ended(absl::StatusCode::kUnknown, Ran::kMaybe), kNow);
  EXPECT_EQ(generations_.Of(demo_.two, demo_.read_a), before);
  EXPECT_TRUE(generations_.MayStore(demo_.two, demo_.read_a, kNow));
  EXPECT_FALSE(generations_.MayStore(demo_.one, demo_.read_a, kNow));
}

TEST_F(GenerationsTest, AReadIsNoWrite) {
  generations_.Sent(demo_.one, demo_.read_a);
  generations_.Ended(demo_.one, demo_.read_a,
                     Ended(absl::StatusCode::kUnavailable, Ran::kMaybe), kNow);
  EXPECT_EQ(Of(demo_.read_a), 0U);
  EXPECT_TRUE(MayStore(kNow));
}

TEST_F(GenerationsTest, HowAWriteEndedSaysHowLongNothingIsStored) {
  const struct {
    absl::StatusCode code;
    Ran ran;
    milliseconds barred;
  } kRows[] = {
      {absl::StatusCode::kOk, Ran::kYes, seconds(1)},
      {absl::StatusCode::kUnknown, Ran::kMaybe, seconds(60)},
      {absl::StatusCode::kUnavailable, Ran::kMaybe, seconds(60)},
      {absl::StatusCode::kDeadlineExceeded, Ran::kMaybe, seconds(60)},
      {absl::StatusCode::kInternal, Ran::kYes, seconds(1)},
      {absl::StatusCode::kUnavailable, Ran::kNo, seconds(0)},
      {absl::StatusCode::kInvalidArgument, Ran::kNo, seconds(0)},
  };
  MonoTime now = kNow;
  for (const auto& row : kRows) {
    SCOPED_TRACE(static_cast<int>(row.code) * 10 + static_cast<int>(row.ran));
    now += std::chrono::hours(1);
    generations_.Ended(demo_.one, demo_.write_a, Ended(row.code, row.ran), now);
    EXPECT_TRUE(MayStore(now + row.barred));
    EXPECT_EQ(MayStore(now + row.barred - milliseconds(1)),
              row.barred == seconds(0));
    // A read of something else is not held up.
    EXPECT_TRUE(generations_.MayStore(demo_.one, demo_.read_b, now));
  }
}

TEST_F(GenerationsTest, AShorterBarDoesNotShortenALongerOne) {
  generations_.Ended(demo_.one, demo_.write_all,
                     Ended(absl::StatusCode::kUnknown, Ran::kMaybe), kNow);
  generations_.Ended(demo_.one, demo_.write_a,
                     Ended(absl::StatusCode::kOk, Ran::kYes),
                     kNow + seconds(5));
  EXPECT_FALSE(MayStore(kNow + seconds(59)));
  EXPECT_TRUE(MayStore(kNow + seconds(60)));
}

TEST_F(GenerationsTest, ATagThatIsNamedTwiceIsOneTag) {
  const Action& twice = demo_.Add(0, Effect::kRead, {"a", "a"});
  Generations generations(demo_.actions, 1);
  generations.Sent(demo_.one, demo_.write_a);
  EXPECT_EQ(generations.Of(demo_.one, twice), 1U);
}

}  // namespace
}  // namespace tcgate
