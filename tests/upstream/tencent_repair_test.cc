// What is mended between two attempts: the clock, the credential, the host.

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/await.h"
#include "tests/upstream/tencent_upstream_fixture.h"

namespace tcgate {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr char kExpired[] =
    R"({"Response":{"Error":{"Code":"AuthFailure.SignatureExpire",)"
    R"("Message":"Too old."},"RequestId":"id-2"}})";

class TencentRepairTest : public TencentUpstreamTest {
 protected:
  // An answer of a host whose clock is `ahead` of ours.
  AttemptResult AnsweredBy(seconds ahead, const std::string& body) {
    HttpResult answer;
    answer.sent = true;
    answer.status = 200;
    answer.body = body;
    answer.date = clock_.WallNow() + ahead;
    http_.results.push_back(std::move(answer));
    return Attempt();
  }

  bool Refresh(const std::shared_ptr<const SigningKey>& refused,
               MonoTime until = MonoTime::max()) {
    return Await(
        loop_, upstream_->RefreshCredential(request_, refused, until, cancel_));
  }

  std::shared_ptr<const SigningKey> Key() { return keys_.keys["2019-02-25"]; }

  // After `delay` the refresh is over, and has done `change`.
  void RefreshTakes(milliseconds delay, std::function<void()> change) {
    keys_.on_refresh = [this, delay, change = std::move(change)] {
      Later(clock_.MonoNow() + delay, change);
    };
  }
  Detached Later(MonoTime when, std::function<void()> change) {
    Sleep sleep = loop_.SleepUntil(when, never_);
    co_await sleep;
    change();
    ++keys_.refreshed;
  }

  Cancellation cancel_;
  Cancellation never_;
};

TEST_F(TencentRepairTest, AfterTheClockWasCorrectedAnAttemptSucceeds) {
  // 16:44:25 here, 17:34:25 there.
  const AttemptResult refused = AnsweredBy(minutes(50), kExpired);
  ASSERT_EQ(refused.outcome.reason, "AuthFailure.SignatureExpire");
  ASSERT_TRUE(refused.server_time.has_value());
  EXPECT_TRUE(upstream_->CorrectClock(request_, *refused.server_time).ok());

  clock_.Advance(seconds(2));
  EXPECT_TRUE(AnsweredBy(minutes(50), kReply).outcome.ok());
  EXPECT_THAT(
      HeaderLines(http_.requests.back()),
      Contains(absl::StrCat("X-TC-Timestamp: ", 1551113065 + 50 * 60 + 2)));
}

TEST_F(TencentRepairTest, TheDayOfTheSignatureIsTheVendors) {
  keys_.Give("2019-02-26", "AKIDnext", "");
  const AttemptResult refused = AnsweredBy(hours(7) + minutes(20), kExpired);
  EXPECT_TRUE(upstream_->CorrectClock(request_, *refused.server_time).ok());
  AnsweredBy(hours(7) + minutes(20), kReply);
  EXPECT_THAT(HeaderLines(http_.requests.back()).back(),
              HasSubstr("Credential=AKIDnext/2019-02-26/door/"));
}

TEST_F(TencentRepairTest, ADayWithoutAKeyIsNamedAndChangesNothing) {
  const AttemptResult refused = AnsweredBy(-hours(48), kExpired);
  const Outcome outcome =
      upstream_->CorrectClock(request_, *refused.server_time);
  EXPECT_EQ(outcome.code, absl::StatusCode::kInternal);
  EXPECT_EQ(outcome.reason, reason::kNoCredential);
  EXPECT_EQ(outcome.ran, Ran::kNo);
  EXPECT_THAT(outcome.message, HasSubstr("172800 s ahead of it"));
  EXPECT_THAT(outcome.metadata, Contains(Pair("date", "2019-02-23")));

  EXPECT_TRUE(AnsweredBy(seconds(0), kReply).outcome.ok());
  EXPECT_THAT(HeaderLines(http_.requests.back()),
              Contains("X-TC-Timestamp: 1551113065"));
}

TEST_F(TencentRepairTest, EachHostHasItsOwnClock) {
  const AttemptResult refused = AnsweredBy(minutes(10), kExpired);
  upstream_->CorrectClock(request_, *refused.server_time);
  account_.ca_file = "other.pem";  // Another host, as far as it is trusted.
  Account other = account_;
  request_.account = &other;
  AnsweredBy(seconds(0), kReply);
  EXPECT_THAT(HeaderLines(http_.requests.back()),
              Contains("X-TC-Timestamp: 1551113065"));
}

TEST_F(TencentRepairTest, ARefreshThatBringsAnotherKeyIsWorthARepeat) {
  RefreshTakes(milliseconds(300),
               [this] { keys_.Give("2019-02-25", "AKIDnew", ""); });
  const AttemptResult refused = Answered(200, kReply);
  ASSERT_EQ(refused.key, Key());
  const MonoTime start = clock_.MonoNow();
  EXPECT_TRUE(Refresh(refused.key));
  EXPECT_GE(clock_.MonoNow() - start, milliseconds(300));
  EXPECT_LE(clock_.MonoNow() - start, milliseconds(320));
  Answered(200, kReply);
  EXPECT_THAT(HeaderLines(http_.requests.back()).back(), HasSubstr("AKIDnew/"));
}

TEST_F(TencentRepairTest, ARefreshThatChangesNothingIsNot) {
  RefreshTakes(milliseconds(1), [] {});
  EXPECT_FALSE(Refresh(Key()));
}

TEST_F(TencentRepairTest, WhoComesAfterTheRefreshDoesNotWait) {
  const std::shared_ptr<const SigningKey> old = Key();
  keys_.Give("2019-02-25", "AKIDnew", "");
  keys_.asked.clear();
  const MonoTime start = clock_.MonoNow();
  EXPECT_TRUE(Refresh(old));
  EXPECT_EQ(clock_.MonoNow(), start);
  EXPECT_THAT(keys_.asked, ElementsAre("main door 2019-02-25"));
}

TEST_F(TencentRepairTest, ARefreshThatHangsIsNotWaitedForLongerThanTwoSeconds) {
  MonoTime start = clock_.MonoNow();
  EXPECT_FALSE(Refresh(Key()));
  EXPECT_EQ(clock_.MonoNow() - start, seconds(2));
  start = clock_.MonoNow();
  EXPECT_FALSE(Refresh(Key(), start + milliseconds(70)));
  EXPECT_EQ(clock_.MonoNow() - start, milliseconds(70));
}

TEST_F(TencentRepairTest, ACallThatIsCancelledDoesNotWaitForKeys) {
  keys_.on_refresh = [this] { loop_.Post([this] { cancel_.Request(); }); };
  const MonoTime start = clock_.MonoNow();
  EXPECT_FALSE(Refresh(Key()));
  EXPECT_LE(clock_.MonoNow() - start, milliseconds(20));
}

TEST_F(TencentRepairTest, WhereNothingWasSignedThereIsNothingToRefresh) {
  EXPECT_FALSE(Refresh(nullptr));
  EXPECT_THAT(keys_.asked, testing::IsEmpty());
}

// An outage of some seconds, failing each attempt by `attempt`.
class TencentBreakerTest : public TencentUpstreamTest {
 protected:
  void For(seconds time, const std::function<AttemptResult()>& attempt) {
    for (int i = 0; i < time / milliseconds(50); ++i) {
      last_ = attempt();
      clock_.Advance(milliseconds(50));
    }
  }
  std::string State() {
    const std::string text = metrics_.Render();
    const std::string name =
        R"(tcgate_upstream_breaker_state{host="door.intl.example.com"} )";
    const std::size_t at = text.find(name);
    return at == std::string::npos ? "none" : text.substr(at + name.size(), 1);
  }
  AttemptResult last_;
};

TEST_F(TencentBreakerTest, AHostThatFailsIsSparedAndShown) {
  action().effect = Effect::kRead;
  For(seconds(1), [this] { return Answered(200, kReply); });
  EXPECT_EQ(State(), "0");
  For(seconds(6), [this] { return Failed(HttpFault::kConnect, false); });
  EXPECT_EQ(State(), "2");
  const std::size_t sent = http_.requests.size();
  const Outcome refused = Failed(HttpFault::kConnect, false).outcome;
  if (http_.requests.size() == sent) {
    EXPECT_EQ(refused.reason, reason::kCircuitOpen);
  }
  http_.results.clear();
  For(seconds(1), [this] { return Answered(200, kReply); });
  EXPECT_EQ(State(), "0");
  EXPECT_TRUE(last_.outcome.ok());
}

TEST_F(TencentBreakerTest, WhatTheVendorAnswersNeverOpensIt) {
  For(seconds(6), [this] { return Answered(500, kExpired); });
  EXPECT_EQ(State(), "0");
}

TEST_F(TencentBreakerTest, ClientsThatLeaveOrAreInAHurryNeverOpenIt) {
  action().effect = Effect::kRead;
  For(seconds(3), [this] { return Failed(HttpFault::kCancelled, true); });
  For(seconds(3), [this] { return Failed(HttpFault::kTimeout, true); });
  EXPECT_NE(State(), "2");
  request_.deadline_is_callers = false;
  For(seconds(5), [this] { return Failed(HttpFault::kTimeout, true); });
  EXPECT_EQ(State(), "2");
}

}  // namespace
}  // namespace tcgate
