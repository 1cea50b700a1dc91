#include "service/credentials/fetched_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "service/credentials/keeper.h"
#include "service/credentials/keeper_client.h"
#include "service/signing/tc3.h"
#include "tests/credentials/loopback_keeper.h"
#include "tests/support/fake_clock.h"

namespace tcgate {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

constexpr char kSecretKey[] = "a long-term key of this test";
const WallTime kNoon(seconds(1640995200) + hours(12));  // 2022-01-01

// A real keeper in a thread, with a clock of its own, and keys fetched from it.
class FetchedKeysTest : public testing::Test {
 protected:
  FetchedKeysTest() {
    clock_.SetWall(kNoon);
    keepers_clock_.SetWall(kNoon);
  }

  static Keeper::Options KeeperOptions() {
    Keeper::Options options;
    options.accounts.push_back({"default", {"id", Secret(kSecretKey), "t"}});
    options.accounts.push_back({"other", {"id2", Secret("another key"), ""}});
    options.products = {"alpha", "beta"};
    return options;
  }

  void AdvanceBoth(std::chrono::nanoseconds by) {
    clock_.Advance(by);
    keepers_clock_.Advance(by);
  }

  FetchedKeys MakeKeys(std::vector<std::string> accounts) {
    return FetchedKeys(loopback_.TakeLink(), std::move(accounts),
                       {"alpha", "beta"}, clock_);
  }

  FakeClock clock_;
  FakeClock keepers_clock_;
  Keeper keeper_{KeeperOptions(), keepers_clock_};
  LoopbackKeeper loopback_{
      [this](absl::string_view packet) { return keeper_.Answer(packet); }};
};

TEST_F(FetchedKeysTest, RenewTakesUpANewCredentialAndRefillDoesNot) {
  std::atomic<int> generation{1};
  Keeper::Options options = KeeperOptions();
  options.accounts.front().reread = [&generation] {
    return Credential{std::to_string(generation), Secret(kSecretKey), ""};
  };
  Keeper keeper(std::move(options), keepers_clock_);
  LoopbackKeeper loopback(
      [&keeper](absl::string_view packet) { return keeper.Answer(packet); });
  FetchedKeys keys(loopback.TakeLink(), {"default", "other"}, {"alpha"},
                   clock_);
  const auto id = [&keys](const char* account) {
    return keys.Find(account, "alpha", "2022-01-01")->secret_id;
  };
  ASSERT_TRUE(keys.Refill().ok());
  generation = 2;
  ASSERT_TRUE(keys.Refill().ok());
  EXPECT_EQ(id("default"), "1");
  ASSERT_TRUE(keys.Renew().ok());
  EXPECT_EQ(id("default"), "2");
  EXPECT_EQ(id("other"), "id2");
}

TEST_F(FetchedKeysTest, RenewingOneAccountLeavesTheOthersAlone) {
  FetchedKeys keys = MakeKeys({"default", "other"});
  ASSERT_TRUE(keys.Refill().ok());
  const int before = loopback_.requests();
  EXPECT_TRUE(keys.Renew("other").ok());
  EXPECT_EQ(loopback_.requests() - before, 2);
}

TEST_F(FetchedKeysTest, AKeyThatHasNotChangedStaysTheSameObject) {
  FetchedKeys keys = MakeKeys({"default"});
  ASSERT_TRUE(keys.Refill().ok());
  const auto key = keys.Find("default", "alpha", "2022-01-01");
  ASSERT_TRUE(keys.Renew().ok());
  EXPECT_EQ(keys.Find("default", "alpha", "2022-01-01"), key);
}

TEST_F(FetchedKeysTest, KnowsUntilWhenItSigns) {
  const WallTime midnight = kNoon + hours(12);
  FetchedKeys keys = MakeKeys({"default"});
  EXPECT_EQ(keys.SignsUntil("default"), std::nullopt);
  ASSERT_TRUE(keys.Refill().ok());
  EXPECT_EQ(keys.SignsUntil("default"), midnight + minutes(15));
  EXPECT_EQ(keys.SignsUntil("nobody"), std::nullopt);
  AdvanceBoth(hours(11) + minutes(50));
  EXPECT_EQ(keys.SignsUntil("default"), midnight + minutes(15));
  ASSERT_TRUE(keys.Refill().ok());
  EXPECT_EQ(keys.SignsUntil("default"), midnight + hours(24) + minutes(15));
}

TEST_F(FetchedKeysTest, HoldsTodaysKeyOfEveryAccountAndProduct) {
  FetchedKeys keys = MakeKeys({"default", "other"});
  ASSERT_TRUE(keys.Refill().ok());
  for (const char* product : {"alpha", "beta"}) {
    const auto key = keys.Find("default", product, "2022-01-01");
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(key->secret_id, "id");
    EXPECT_EQ(key->token, "t");
    EXPECT_EQ(key->product, product);
    EXPECT_EQ(key->date, "2022-01-01");
    EXPECT_EQ(
        key->key.Reveal(),
        tc3::DeriveKey(Secret(kSecretKey), "2022-01-01", product).Reveal());
    EXPECT_EQ(keys.Find("other", product, "2022-01-01")->secret_id, "id2");
  }
  EXPECT_EQ(keys.Find("nobody", "alpha", "2022-01-01"), nullptr);
  EXPECT_EQ(keys.Find("default", "gamma", "2022-01-01"), nullptr);
  EXPECT_EQ(keys.Find("default", "alpha", "2022-01-02"), nullptr);
}

TEST_F(FetchedKeysTest, AKeyIsFetchedOnce) {
  FetchedKeys keys = MakeKeys({"default"});
  ASSERT_TRUE(keys.Refill().ok());
  ASSERT_TRUE(keys.Refill().ok());
  EXPECT_EQ(loopback_.requests(), 2);
}

TEST_F(FetchedKeysTest, OverMidnightThereIsAlwaysAKey) {
  FetchedKeys keys = MakeKeys({"default"});
  bool had_both = false;
  for (int i = 0; i < 24 * 60; ++i, AdvanceBoth(minutes(1))) {
    ASSERT_TRUE(keys.Refill().ok());
    const bool first = keys.Find("default", "beta", "2022-01-01") != nullptr;
    const bool second = keys.Find("default", "beta", "2022-01-02") != nullptr;
    EXPECT_TRUE(first || second) << i;
    had_both = had_both || (first && second);
  }
  EXPECT_TRUE(had_both);
  EXPECT_EQ(keys.Find("default", "beta", "2022-01-01"), nullptr);
  EXPECT_EQ(loopback_.requests(), 4);
}

TEST_F(FetchedKeysTest, ARefusalNamesTheAccountAndStopsNoOtherKey) {
  FetchedKeys keys = MakeKeys({"nobody", "default"});
  const absl::Status status = keys.Refill();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("account nobody"),
                    HasSubstr("the account has no credential")));
  EXPECT_NE(keys.Find("default", "alpha", "2022-01-01"), nullptr);
}

TEST_F(FetchedKeysTest, AClockFarFromTheKeepersIsNamed) {
  clock_.Advance(hours(24));
  FetchedKeys keys = MakeKeys({"default"});
  const absl::Status status = keys.Refill();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("check the clocks"));

  clock_.SetWall(kNoon);
  EXPECT_TRUE(keys.Refill().ok());
}

TEST_F(FetchedKeysTest, ADayThatTheKeeperEndsAMomentEarlierIsNoFailure) {
  clock_.SetWall(WallTime(seconds(1641081600) + minutes(15)) -
                 std::chrono::milliseconds(1));
  keepers_clock_.SetWall(WallTime(seconds(1641081600) + minutes(15)));
  FetchedKeys keys = MakeKeys({"default"});
  EXPECT_TRUE(keys.Refill().ok());
  EXPECT_NE(keys.Find("default", "alpha", "2022-01-02"), nullptr);
}

TEST_F(FetchedKeysTest, KeysAreFoundWhileOthersAreFetched) {
  FetchedKeys keys = MakeKeys({"default", "other"});
  ASSERT_TRUE(keys.Refill().ok());
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&keys, &stop] {
      while (!stop) {
        const auto key = keys.Find("default", "alpha", "2022-01-01");
        // Null once its day is over.
        ASSERT_TRUE(key == nullptr || key->key.Reveal().size() == 32);
      }
    });
  }
  for (int i = 0; i < 200; ++i, AdvanceBoth(hours(1))) {
    EXPECT_TRUE(keys.Refill().ok());
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

TEST_F(FetchedKeysTest, AKeeperThatIsGoneIsUnavailable) {
  FetchedKeys keys = MakeKeys({"default"});
  loopback_.HangUp();
  EXPECT_TRUE(absl::IsUnavailable(keys.Refill()));
}

TEST_F(FetchedKeysTest, TheClientSaysOnceThatTheKeeperIsGone) {
  std::promise<void> gone;
  auto client = KeeperClient::Connect(
      loopback_.TakeLink(),
      {{"default"}, {"alpha"}, [&gone] { gone.set_value(); }}, clock_);
  ASSERT_TRUE(client.ok()) << client.status();
  EXPECT_NE((*client)->Find("default", "alpha", "2022-01-01"), nullptr);
  loopback_.HangUp();
  gone.get_future().get();
}

// Waits for another thread, which needs no time of ours.
void AwaitRefresh(KeyRing& keys, std::uint64_t number) {
  while (keys.Refreshed("default") < number) std::this_thread::yield();
}

TEST_F(FetchedKeysTest, TheClientRefreshesAnAccountWhenAskedTo) {
  std::atomic<int> generation{1};
  Keeper::Options options = KeeperOptions();
  options.accounts.front().reread =
      [&generation]() -> absl::StatusOr<Credential> {
    if (generation == 0) return absl::InternalError("half written");
    return Credential{std::to_string(generation), Secret(kSecretKey), ""};
  };
  Keeper keeper(std::move(options), keepers_clock_);
  LoopbackKeeper loopback(
      [&keeper](absl::string_view packet) { return keeper.Answer(packet); });
  std::atomic<WallTime> signs_until{WallTime()};
  auto client = KeeperClient::Connect(
      loopback.TakeLink(),
      {{"default"},
       {"alpha"},
       [] {},
       [&signs_until](const std::string&, WallTime until) {
         signs_until = until;
       }},
      clock_);
  ASSERT_TRUE(client.ok()) << client.status();
  EXPECT_EQ(signs_until.load(), kNoon + hours(12) + minutes(15));
  KeyRing& keys = **client;
  const auto id = [&keys] {
    return keys.Find("default", "alpha", "2022-01-01")->secret_id;
  };
  EXPECT_EQ(id(), "1");

  generation = 2;
  AwaitRefresh(keys, keys.Refresh("default"));
  EXPECT_EQ(id(), "2");

  // The last good one is kept while a refresh fails.
  generation = 0;
  clock_.Advance(seconds(1));
  AwaitRefresh(keys, keys.Refresh("default"));
  EXPECT_EQ(id(), "2");

  // However many ask, once a second.
  const int before = loopback.requests();
  for (int i = 0; i < 100; ++i) keys.Refresh("default");
  clock_.Advance(seconds(1));
  AwaitRefresh(keys, keys.Refresh("default"));
  EXPECT_EQ(loopback.requests() - before, 1);
}

TEST_F(FetchedKeysTest, TheClientsOwnEndIsNotTheKeepers) {
  bool gone = false;
  {
    auto client = KeeperClient::Connect(
        loopback_.TakeLink(),
        {{"default"}, {"alpha"}, [&gone] { gone = true; }}, clock_);
    ASSERT_TRUE(client.ok()) << client.status();
  }
  EXPECT_FALSE(gone);
}

TEST_F(FetchedKeysTest, TheClientDoesNotStartWithoutAKey) {
  auto client = KeeperClient::Connect(loopback_.TakeLink(),
                                      {{"nobody"}, {"alpha"}, [] {}}, clock_);
  EXPECT_TRUE(absl::IsFailedPrecondition(client.status()));
}

// Answers that no keeper gives.
class BadAnswer : public testing::TestWithParam<std::string> {};

TEST_P(BadAnswer, IsTakenForAKeeperThatIsGone) {
  LoopbackKeeper loopback([](absl::string_view) { return GetParam(); });
  KeeperLink link = loopback.TakeLink();
  EXPECT_TRUE(absl::IsUnavailable(
      link.FetchKey("default", "alpha", "2022-01-01").status()));
}

TEST_P(BadAnswer, IsNoPairEither) {
  LoopbackKeeper loopback([](absl::string_view) { return GetParam(); });
  KeeperLink link = loopback.TakeLink();
  EXPECT_TRUE(absl::IsUnavailable(link.FetchSandboxPair().status()));
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadAnswer,
    testing::Values(
        "", "x", std::string("\3\2", 2),
        EncodeFrame(FrameKind::kKey, {"id", "", std::string(31, 'k')}),
        EncodeFrame(FrameKind::kKey, {"id", "", std::string(33, 'k')}),
        EncodeFrame(FrameKind::kPairRequest, {}),
        EncodeFrame(FrameKind::kKeyRequest, {"a", "b", "c"}),
        EncodeFrame(FrameKind::kRefusal, {std::string(kMaxFrameBytes, 'x')})));

TEST(KeeperLink, AdoptsASocketAndNothingElse) {
  for (const char* number : {"", "x", "-1", "12345", "0x1", "99999999999999"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(KeeperLink::Adopt(number).status()))
        << number;
  }
}

}  // namespace
}  // namespace tcgate
