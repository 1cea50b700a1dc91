#include "service/http/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "service/base/mutex.h"
#include "service/http/cancellation.h"
#include "service/http/loop.h"
#include "tests/http/name_server.h"
#include "tests/support/await.h"
#include "tests/support/fake_clock.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsNull;
using ::testing::Pointee;

// Waits for other threads, and never moves the clock: only the test does.
class StandingPoller final : public Poller {
 public:
  void Wait(milliseconds most) override {
    MutexLock lock(mu_);
    while (!woken_ && most > milliseconds::zero()) changed_.wait(mu_);
    woken_ = false;
  }
  void RunReady() override {
    if (after_round) after_round();
  }
  void Wake() override {
    MutexLock lock(mu_);
    woken_ = true;
    changed_.notify_one();
  }

  std::function<void()> after_round;  // Called on the loop's thread.

 private:
  Mutex mu_;
  std::condition_variable_any changed_;
  bool woken_ ABSL_GUARDED_BY(mu_) = false;
};

class ResolverTest : public testing::Test {
 protected:
  ~ResolverTest() override { server_->Close(); }

  MonoTime In(milliseconds time) { return loop_.Now() + time; }

  Resolution Resolve(const std::string& host) {
    return Await(loop_, resolver_->Resolve(host, In(seconds(60)), cancel_));
  }

  // Resolves without waiting for it: the loop has to run.
  Detached Start(std::string host, MonoTime deadline, Cancellation& cancel,
                 std::optional<Resolution>& result) {
    Task<Resolution> resolving = resolver_->Resolve(host, deadline, cancel);
    result = co_await resolving;
    if (--to_come_ == 0) loop_.Stop();
  }

  // Lets the background lookup of `host`, which is due, end with `result`.
  void Renew(const std::string& host, LookupResult result) {
    server_->Answer(host, std::move(result));
    Resolve(host);
    Settle();
  }

  // Runs the loop until every lookup is through.
  void Settle() {
    if (resolver_->running_lookups() == 0) return;
    poller_.after_round = [this] {
      if (resolver_->running_lookups() == 0) loop_.Stop();
    };
    loop_.Run();
    poller_.after_round = nullptr;
  }

  FakeClock clock_;
  StandingPoller poller_;
  Loop loop_{clock_, poller_};
  std::shared_ptr<NameServer> server_ = std::make_shared<NameServer>();
  std::optional<Resolver> resolver_{std::in_place, loop_, server_->lookup()};
  Cancellation cancel_;
  int to_come_ = 1;
};

TEST_F(ResolverTest, GivesAllAddressesInOrder) {
  server_->Answer("a", {{"10.0.0.2", "::1", "10.0.0.1"}, ""});
  EXPECT_THAT(Resolve("a").addresses,
              Pointee(ElementsAre("10.0.0.2", "::1", "10.0.0.1")));
}

TEST_F(ResolverTest, AFailureSaysWhyAndIsNotKept) {
  server_->Answer("a", {{}, "no such name"});
  const Resolution failed = Resolve("a");
  EXPECT_THAT(failed.addresses, IsNull());
  EXPECT_EQ(failed.error, "no such name");
  server_->Answer("a", {{"10.0.0.1"}, ""});
  EXPECT_THAT(Resolve("a").addresses, Pointee(ElementsAre("10.0.0.1")));
}

TEST_F(ResolverTest, EverybodyWhoWaitsForANameSharesOneLookup) {
  to_come_ = 3;
  std::optional<Resolution> results[3];
  for (auto& result : results) {
    Start("a", In(seconds(60)), cancel_, result);
  }
  // They came before the answer could.
  server_->Answer("a", {{"10.0.0.1"}, ""});
  loop_.Run();
  for (const auto& result : results) {
    EXPECT_THAT(result->addresses, Pointee(ElementsAre("10.0.0.1")));
  }
  EXPECT_EQ(server_->lookups(), 1);
}

TEST_F(ResolverTest, AFreshNameIsNotLookedUpAgain) {
  server_->Answer("a", {{"10.0.0.1"}, ""});
  Resolve("a");
  clock_.Advance(Resolver::kFresh - milliseconds(1));
  Resolve("a");
  EXPECT_EQ(server_->lookups(), 1);
}

TEST_F(ResolverTest, ANameThatIsNoLongerFreshIsUsedWhileItIsRenewed) {
  server_->Answer("a", {{"10.0.0.1"}, ""});
  Resolve("a");
  clock_.Advance(Resolver::kFresh);
  server_->Hang("a");
  EXPECT_THAT(Resolve("a").addresses, Pointee(ElementsAre("10.0.0.1")));
  server_->WaitForLookups(2);
}

TEST_F(ResolverTest, NewAddressesReplaceTheOld) {
  server_->Answer("a", {{"10.0.0.1"}, ""});
  Resolve("a");
  clock_.Advance(Resolver::kStale);
  server_->Answer("a", {{"10.0.0.2"}, ""});
  EXPECT_THAT(Resolve("a").addresses, Pointee(ElementsAre("10.0.0.2")));
}

TEST_F(ResolverTest, ANameServerThatFailsForMinutesIsNotNoticed) {
  server_->Answer("a", {{"10.0.0.1"}, ""});
  const Addresses first = Resolve("a").addresses;
  clock_.Advance(Resolver::kFresh);
  Renew("a", {{}, "SERVFAIL"});
  EXPECT_EQ(Resolve("a").addresses, first);
  clock_.Advance(Resolver::kStale - Resolver::kFresh - milliseconds(1));
  EXPECT_EQ(Resolve("a").addresses, first);
  Settle();
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(Resolve("a").error, "SERVFAIL");
}

TEST_F(ResolverTest, AFailedRenewalIsNotTriedAgainAtOnce) {
  server_->Answer("a", {{"10.0.0.1"}, ""});
  Resolve("a");
  clock_.Advance(Resolver::kFresh);
  Renew("a", {{}, "SERVFAIL"});
  const int before = server_->lookups();
  clock_.Advance(Resolver::kRetry - milliseconds(1));
  Resolve("a");
  EXPECT_EQ(server_->lookups(), before);
  clock_.Advance(milliseconds(1));
  Resolve("a");
  server_->WaitForLookups(before + 1);
}

TEST_F(ResolverTest, EqualAddressesStayTheSamePointer) {
  server_->Answer("a", {{"10.0.0.1"}, ""});
  const Addresses first = Resolve("a").addresses;
  clock_.Advance(Resolver::kStale);
  EXPECT_EQ(Resolve("a").addresses, first);
  EXPECT_EQ(server_->lookups(), 2);
}

TEST_F(ResolverTest, AHangingNameServerIsGivenUpAfterAWhile) {
  std::optional<Resolution> result;
  Start("a", In(seconds(60)), cancel_, result);
  clock_.Advance(Resolver::kPatience);
  loop_.Run();
  EXPECT_THAT(result->addresses, IsNull());
  EXPECT_EQ(result->error, "the name server did not answer in time");
}

TEST_F(ResolverTest, AHangingNameServerIsGivenUpAtTheDeadline) {
  std::optional<Resolution> result;
  Start("a", In(milliseconds(100)), cancel_, result);
  clock_.Advance(milliseconds(100));
  loop_.Run();
  EXPECT_THAT(result->addresses, IsNull());
}

TEST_F(ResolverTest, OneWaiterThatLeavesDoesNotTakeTheLookupAlong) {
  to_come_ = 2;
  Cancellation leaves;
  std::optional<Resolution> left, stayed;
  Start("a", In(seconds(60)), leaves, left);
  Start("a", In(seconds(60)), cancel_, stayed);
  leaves.Request();
  EXPECT_THAT(left->addresses, IsNull());
  server_->Answer("a", {{"10.0.0.1"}, ""});
  loop_.Run();
  EXPECT_THAT(stayed->addresses, Pointee(ElementsAre("10.0.0.1")));
  EXPECT_EQ(server_->lookups(), 1);
}

TEST_F(ResolverTest, HangingLookupsAreBoundedAndTheRestWaitTheirTurn) {
  to_come_ = 5;
  std::optional<Resolution> results[5];
  const char* const names[] = {"a", "b", "c", "d", "e"};
  for (int i = 0; i < 5; ++i) {
    Start(names[i], In(seconds(60)), cancel_, results[i]);
  }
  static_assert(Resolver::kThreads == 4);
  server_->WaitForLookups(4);
  server_->Answer("e", {{"10.0.0.5"}, ""});
  EXPECT_EQ(server_->lookups(), 4);
  for (int i = 0; i < 4; ++i) server_->Answer(names[i], {{"10.0.0.1"}, ""});
  loop_.Run();
  EXPECT_THAT(results[4]->addresses, Pointee(ElementsAre("10.0.0.5")));
  EXPECT_EQ(server_->lookups(), 5);
}

TEST_F(ResolverTest, GoesWithoutWaitingForAHangingLookup) {
  std::optional<Resolution> result;
  Start("a", In(seconds(1)), cancel_, result);
  server_->WaitForLookups(1);
  clock_.Advance(seconds(1));
  loop_.Run();
  resolver_.reset();  // Would hang.
  server_->Answer("a", {{"10.0.0.1"}, ""});
}

TEST_F(ResolverTest, AResultThatComesAfterTheResolverWentIsDropped) {
  std::optional<Resolution> result;
  Start("a", In(seconds(1)), cancel_, result);
  clock_.Advance(seconds(1));
  loop_.Run();
  server_->Answer("a", {{"10.0.0.1"}, ""});
  resolver_.reset();
  loop_.Post([this] { loop_.Stop(); });
  loop_.Run();
}

TEST(SystemLookup, FindsLocalhostAndNamesTheFaultOfANameThatIsNone) {
  EXPECT_THAT(SystemLookup("localhost").addresses,
              testing::Contains(testing::AnyOf("127.0.0.1", "::1")));
  const LookupResult none = SystemLookup("no such name");
  EXPECT_THAT(none.addresses, ElementsAre());
  EXPECT_NE(none.error, "");
}

}  // namespace
}  // namespace tcgate
