#include "service/credentials/refreshes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

const MonoTime kStart{std::chrono::hours(1)};

TEST(Refreshes, NothingIsDueThatNobodyAskedFor) {
  Refreshes refreshes;
  EXPECT_THAT(refreshes.TakeDue(kStart), IsEmpty());
  EXPECT_EQ(refreshes.NextDue(), std::nullopt);
  EXPECT_EQ(refreshes.Over("a"), 0U);
}

TEST(Refreshes, AllWhoAskShareOneAndItEndsForAll) {
  Refreshes refreshes;
  EXPECT_EQ(refreshes.Ask("a"), 1U);
  EXPECT_EQ(refreshes.Ask("a"), 1U);
  EXPECT_THAT(refreshes.TakeDue(kStart), ElementsAre("a"));
  EXPECT_EQ(refreshes.Ask("a"), 1U);  // While it is under way.
  EXPECT_EQ(refreshes.Over("a"), 0U);
  refreshes.Finish("a");
  EXPECT_EQ(refreshes.Over("a"), 1U);
  EXPECT_THAT(refreshes.TakeDue(kStart + seconds(5)), IsEmpty());
}

TEST(Refreshes, TheNextIsASecondLater) {
  Refreshes refreshes;
  refreshes.Ask("a");
  refreshes.TakeDue(kStart);
  refreshes.Finish("a");
  EXPECT_EQ(refreshes.Ask("a"), 2U);
  EXPECT_EQ(refreshes.NextDue(), kStart + seconds(1));
  EXPECT_THAT(refreshes.TakeDue(kStart + milliseconds(999)), IsEmpty());
  EXPECT_THAT(refreshes.TakeDue(kStart + seconds(1)), ElementsAre("a"));
  refreshes.Finish("a");
  EXPECT_EQ(refreshes.Over("a"), 2U);
}

TEST(Refreshes, AccountsDoNotWaitForEachOther) {
  Refreshes refreshes;
  refreshes.Ask("a");
  refreshes.TakeDue(kStart);
  refreshes.Finish("a");
  refreshes.Ask("a");
  refreshes.Ask("b");
  EXPECT_THAT(refreshes.TakeDue(kStart), ElementsAre("b"));
  refreshes.Finish("b");
  EXPECT_EQ(refreshes.Over("a"), 1U);
  EXPECT_EQ(refreshes.Over("b"), 1U);
}

}  // namespace
}  // namespace tcgate
