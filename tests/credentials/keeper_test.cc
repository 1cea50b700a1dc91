#include "service/credentials/keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "service/credentials/keeper_frame.h"
#include "service/signing/tc3.h"
#include "tests/support/fake_clock.h"

namespace tcgate {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr char kSecretKey[] = "a long-term key of this test";

class KeeperTest : public testing::Test {
 protected:
  KeeperTest() { clock_.SetWall(WallTime(seconds(1640995200) + minutes(720))); }

  static Keeper::Options Options() {
    Keeper::Options options;
    options.accounts.push_back(
        {"default", {"id", Secret(kSecretKey), "token"}});
    options.accounts.push_back({"other", {"id2", Secret("another key"), ""}});
    options.products = {"alpha", "beta"};
    return options;
  }

  static std::string Request(absl::string_view account,
                             absl::string_view product,
                             absl::string_view date) {
    return EncodeFrame(FrameKind::kKeyRequest, {account, product, date});
  }

  // The reason of a refusal, or empty if `packet` was not refused.
  static std::string Refusal(Keeper& keeper, absl::string_view packet) {
    const std::string answer = keeper.Answer(packet);
    EXPECT_THAT(answer, Not(HasSubstr(kSecretKey)));
    const std::optional<Frame> frame = ParseFrame(answer);
    if (!frame.has_value() || frame->kind != FrameKind::kRefusal) return "";
    return std::string(frame->fields[0]);
  }

  FakeClock clock_;
  Keeper keeper_{Options(), clock_};
};

TEST_F(KeeperTest, GivesTheKeyOfTheDayAndNotTheLongTermOne) {
  const std::string answer =
      keeper_.Answer(Request("default", "alpha", "2022-01-01"));
  const std::optional<Frame> frame = ParseFrame(answer);
  ASSERT_TRUE(frame.has_value());
  ASSERT_EQ(frame->kind, FrameKind::kKey);
  EXPECT_EQ(frame->fields[0], "id");
  EXPECT_EQ(frame->fields[1], "token");
  EXPECT_EQ(frame->fields[2],
            tc3::DeriveKey(Secret(kSecretKey), "2022-01-01", "alpha").Reveal());
  EXPECT_THAT(answer, Not(HasSubstr(kSecretKey)));
}

TEST_F(KeeperTest, RefusesWhatIsNotInItsLists) {
  EXPECT_THAT(Refusal(keeper_, Request("nobody", "alpha", "2022-01-01")),
              HasSubstr("account"));
  EXPECT_THAT(Refusal(keeper_, Request("default", "gamma", "2022-01-01")),
              HasSubstr("product"));
  EXPECT_THAT(Refusal(keeper_, Request("", "", "")), HasSubstr("account"));
}

TEST_F(KeeperTest, RefusesOtherDaysAndNamesTheClock) {
  for (const char* date : {"2021-12-31", "2022-01-02", "2023-01-01", "",
                           "2022-01-01 ", "2022-1-1"}) {
    EXPECT_THAT(Refusal(keeper_, Request("default", "alpha", date)),
                HasSubstr("check the clocks"))
        << date;
  }
}

TEST_F(KeeperTest, TomorrowsKeyIsOutOnlyFromAQuarterToMidnight) {
  clock_.SetWall(WallTime(seconds(1641081600 - 901)));  // 23:44:59
  EXPECT_NE(Refusal(keeper_, Request("default", "alpha", "2022-01-02")), "");
  clock_.Advance(seconds(1));
  EXPECT_EQ(Refusal(keeper_, Request("default", "alpha", "2022-01-02")), "");
}

TEST_F(KeeperTest, YesterdaysKeyIsOutOnlyUntilAQuarterPastMidnight) {
  clock_.SetWall(WallTime(seconds(1641081600 + 899)));  // 00:14:59
  EXPECT_EQ(Refusal(keeper_, Request("default", "alpha", "2022-01-01")), "");
  clock_.Advance(seconds(1));
  EXPECT_NE(Refusal(keeper_, Request("default", "alpha", "2022-01-01")), "");
}

TEST_F(KeeperTest, GivesNoPairWithoutASandbox) {
  EXPECT_THAT(Refusal(keeper_, EncodeFrame(FrameKind::kPairRequest, {})),
              HasSubstr("no sandbox"));
}

TEST_F(KeeperTest, WithASandboxGivesItsPairAndStillNoOther) {
  Keeper::Options options = Options();
  options.sandbox_pair = Credential{"sandbox id", Secret("sandbox key"), ""};
  Keeper keeper(std::move(options), clock_);
  const std::string answer =
      keeper.Answer(EncodeFrame(FrameKind::kPairRequest, {}));
  EXPECT_EQ(answer,
            EncodeFrame(FrameKind::kPair, {"sandbox id", "sandbox key"}));
}

TEST_F(KeeperTest, AnythingElseIsRefused) {
  const std::string request = Request("default", "alpha", "2022-01-01");
  for (const std::string& packet :
       {std::string(), std::string("\0", 1), std::string("hello"),
        request.substr(0, request.size() - 1), request + "x",
        std::string(kMaxFrameBytes, '\xff'),
        // What only a keeper says.
        EncodeFrame(FrameKind::kKey, {"id", "", "key"}),
        EncodeFrame(FrameKind::kPair, {"id", "key"}),
        EncodeFrame(FrameKind::kRefusal, {"why"})}) {
    EXPECT_THAT(Refusal(keeper_, packet), HasSubstr("no request"));
  }
}

// A source that a test rotates and breaks.
class KeeperRotationTest : public KeeperTest {
 protected:
  Keeper::Options Options() {
    Keeper::Options options = KeeperTest::Options();
    options.accounts.front().reread = [this] { return Found(); };
    options.diagnose = [this](absl::string_view line) {
      lines_.emplace_back(line);
    };
    return options;
  }

  absl::StatusOr<Credential> Found() const {
    if (broken_) return absl::NotFoundError("no such folder");
    return Credential{id_, Secret("some key"), ""};
  }

  // The id of the key that is given out now.
  std::string Id() {
    const std::string answer =
        keeper_.Answer(Request("default", "alpha", "2022-01-01"));
    const std::optional<Frame> frame = ParseFrame(answer);
    if (!frame.has_value() || frame->kind != FrameKind::kKey) return "";
    return std::string(frame->fields[0]);
  }

  std::string id_ = "first";
  bool broken_ = false;
  std::vector<std::string> lines_;
  Keeper keeper_{Options(), clock_};
};

TEST_F(KeeperRotationTest, TheNextKeyIsOfTheNewCredential) {
  EXPECT_EQ(Id(), "first");
  id_ = "second";
  EXPECT_EQ(Id(), "second");
  EXPECT_THAT(lines_, testing::IsEmpty());
}

TEST_F(KeeperRotationTest, TheLastGoodOneStaysAndThatIsToldOnce) {
  EXPECT_EQ(Id(), "first");
  broken_ = true;
  EXPECT_EQ(Id(), "first");
  EXPECT_EQ(Id(), "first");
  EXPECT_THAT(lines_, testing::ElementsAre(testing::AllOf(
                          HasSubstr("default"), HasSubstr("no such folder"))));
  broken_ = false;
  id_ = "second";
  EXPECT_EQ(Id(), "second");
  broken_ = true;
  EXPECT_EQ(Id(), "second");
  EXPECT_EQ(lines_.size(), 2);
}

}  // namespace
}  // namespace tcgate
