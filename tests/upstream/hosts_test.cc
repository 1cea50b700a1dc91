#include "service/upstream/hosts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class HostsTest : public testing::Test {
 protected:
  HostsTest() {
    product_.code = "door";
    product_.mainland_host = "api.example.cn";
    product_.international_host = "api.example.com";
    action_.product = &product_;
    action_.effect = Effect::kRead;
    account_.name = "main";
  }

  Route Choose(const Endpoint* avoid = nullptr) {
    return hosts_.Choose(account_, action_, avoid, now_);
  }

  std::string HostFor(const Account& account) {
    const Route route = hosts_.Choose(account, action_, nullptr, now_);
    return route.endpoint == nullptr ? "" : route.endpoint->host;
  }

  std::string Chosen(const Endpoint* avoid = nullptr) {
    const Route route = Choose(avoid);
    return route.endpoint == nullptr ? route.refusal.reason
                                     : route.endpoint->host;
  }

  // Fails everything at the hosts until they are out, which is now.
  void BreakDown(const std::vector<const Endpoint*>& endpoints) {
    for (int i = 0; i < 200; ++i) {
      bool any_closed = false;
      for (const Endpoint* endpoint : endpoints) {
        Breaker& breaker = hosts_.Of(*endpoint).breaker;
        breaker.Ended(true, now_, now_);
        any_closed |= breaker.state() == Breaker::State::kClosed;
      }
      if (!any_closed) break;
      now_ += milliseconds(25);
    }
    for (const Endpoint* endpoint : endpoints) {
      ASSERT_EQ(hosts_.Of(*endpoint).breaker.state(), Breaker::State::kOpen);
    }
  }

  // Two hosts, both well.
  void FailOver() {
    account_.failover_urls = {"https://b.example.com"};
    const Route route = Choose();
    a_ = route.endpoint;
    b_ = route.other;
    ASSERT_NE(b_, nullptr);
  }

  Product product_;
  Action action_;
  Account account_;
  MonoTime now_{std::chrono::hours(1)};
  Hosts hosts_;
  const Endpoint* a_ = nullptr;
  const Endpoint* b_ = nullptr;
};

TEST_F(HostsTest, TheSiteOfTheAccountChoosesTheHost) {
  Account mainland = account_;
  mainland.site = Site::kMainland;
  EXPECT_EQ(HostFor(account_), "api.example.com");
  EXPECT_EQ(HostFor(mainland), "api.example.cn");
}

TEST_F(HostsTest, AnActionMayHaveAHostOfItsOwn) {
  action_.host = "stream.example.com";
  EXPECT_EQ(HostFor(account_), "stream.example.com");
}

TEST_F(HostsTest, TheEndpointOfTheAccountGoesBeforeEverything) {
  action_.host = "stream.example.com";
  account_.endpoint_url = "https://127.0.0.1:8180";
  account_.ca_file = "ca.pem";
  const Endpoint* endpoint = Choose().endpoint;
  ASSERT_NE(endpoint, nullptr);
  EXPECT_EQ(endpoint->url, "https://127.0.0.1:8180/");
  EXPECT_EQ(endpoint->ca_file, "ca.pem");
}

TEST_F(HostsTest, ACallNeverCrossesToASiteThatServesTheProduct) {
  product_.international_host = "";
  account_.failover_urls = {"https://b.example.com"};
  const Route route = Choose();
  EXPECT_EQ(route.endpoint, nullptr);
  EXPECT_EQ(route.refusal.code, absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(route.refusal.reason, reason::kInvalidRequest);
  EXPECT_EQ(route.refusal.ran, Ran::kNo);
  EXPECT_THAT(route.refusal.message, HasSubstr("international"));
}

// With the endpoint goes what is kept for each: connections, repeats, breaker.
TEST_F(HostsTest, ActionsShareAHostAndAccountsDoWhereTheyTrustItAlike) {
  const Action other = action_;
  EXPECT_EQ(hosts_.Choose(account_, other, nullptr, now_).endpoint,
            Choose().endpoint);
  const Account second = account_;
  Account third = account_;
  third.ca_file = "ca.pem";
  const auto host = [this](const Account& account) {
    return hosts_.Choose(account, action_, nullptr, now_).endpoint;
  };
  EXPECT_EQ(host(account_), host(second));
  EXPECT_NE(host(account_), host(third));
}

// Requests that are under way refer to what it says.
TEST_F(HostsTest, AnEndpointIsNotTouchedWhenAnotherAccountComes) {
  const Endpoint& endpoint = *Choose().endpoint;
  const char* const url = endpoint.url.data();
  const Account second = account_;
  EXPECT_EQ(hosts_.Choose(second, action_, nullptr, now_).endpoint, &endpoint);
  EXPECT_EQ(endpoint.url.data(), url);
}

TEST_F(HostsTest, TheHostsOfAnAccountComeInOrderEachOnce) {
  account_.ca_file = "ca.pem";
  account_.failover_urls = {"https://{product}.b.example.com",
                            "https://API.example.com:443",
                            "https://c.example.com"};
  const Route first = Choose();
  ASSERT_NE(first.other, nullptr);
  EXPECT_EQ(first.endpoint->host, "api.example.com");
  EXPECT_EQ(first.other->url, "https://door.b.example.com/");
  EXPECT_EQ(first.other->ca_file, "ca.pem");

  BreakDown({first.endpoint});
  const Route second = Choose();
  EXPECT_EQ(second.endpoint, first.other);
  ASSERT_NE(second.other, nullptr);
  EXPECT_EQ(second.other->host, "c.example.com");

  BreakDown({second.endpoint});
  Choose();  // A probe of the first.
  const Route third = Choose();
  EXPECT_EQ(third.endpoint, second.other);
  EXPECT_EQ(third.other, nullptr);
}

TEST_F(HostsTest, AnAvoidedHostIsTakenWhereThereIsNoOther) {
  EXPECT_EQ(Chosen(Choose().endpoint), "api.example.com");
  EXPECT_EQ(Choose().other, nullptr);
}

TEST_F(HostsTest, AnAvoidedHostComesLast) {
  FailOver();
  const Route route = Choose(a_);
  EXPECT_EQ(route.endpoint, b_);
  EXPECT_EQ(route.other, a_);
}

TEST_F(HostsTest, AHostThatIsOutIsSparedUntilAProbeAndThenTakenBack) {
  FailOver();
  BreakDown({a_});
  EXPECT_EQ(Choose().endpoint, b_);
  EXPECT_EQ(Choose().other, nullptr);
  EXPECT_EQ(Choose(b_).endpoint, b_);

  now_ += Breaker::kProbeEvery;
  EXPECT_EQ(Choose().endpoint, a_);  // The probe.
  EXPECT_EQ(Choose().endpoint, b_);
  hosts_.Of(*a_).breaker.Ended(false, now_, now_);
  EXPECT_EQ(Choose().endpoint, a_);
}

TEST_F(HostsTest, AWriteIsNoProbeWhileAnotherHostIsWell) {
  FailOver();
  BreakDown({a_});
  now_ += Breaker::kProbeEvery;
  action_.effect = Effect::kWrite;
  EXPECT_EQ(Choose().endpoint, b_);
  EXPECT_EQ(Choose().other, nullptr);

  BreakDown({b_});
  EXPECT_EQ(Choose().endpoint, a_);
}

TEST_F(HostsTest, WhereEveryHostIsOutNothingIsSent) {
  FailOver();
  BreakDown({a_, b_});
  const Outcome outcome = Choose().refusal;
  EXPECT_EQ(outcome.code, absl::StatusCode::kUnavailable);
  EXPECT_EQ(outcome.reason, reason::kCircuitOpen);
  EXPECT_EQ(outcome.decided_by, DecidedBy::kGateway);
  EXPECT_EQ(outcome.ran, Ran::kNo);
  EXPECT_EQ(outcome.retry_after, milliseconds(1000));
  EXPECT_THAT(outcome.message, HasSubstr("api.example.com"));
}

}  // namespace
}  // namespace tcgate
