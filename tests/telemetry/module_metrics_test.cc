// The metrics of one module each: cache, quota and upstream.

#include <gmock/gmock.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/telemetry/cache_metrics.h"
#include "service/telemetry/metrics.h"
#include "service/telemetry/quota_metrics.h"
#include "service/telemetry/upstream_metrics.h"

namespace tcgate {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class ModuleMetricsTest : public testing::Test {
 protected:
  testing::AssertionResult Shows(const std::string& line) {
    const std::string text = metrics_.Render();
    if (text.find(absl::StrCat("\n", line, "\n")) != std::string::npos) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << line << " is not in\n" << text;
  }

  Metrics metrics_{{"acme.GetAnvil", "acme.MakeAnvil"}};
  CacheMetrics& cache_ = metrics_.cache();
  QuotaMetrics& quota_ = metrics_.quota();
  UpstreamMetrics& upstream_ = metrics_.upstream();
};

TEST_F(ModuleMetricsTest, TheCacheSaysWhatItHoldsNow) {
  EXPECT_TRUE(Shows("tcgate_cache_bytes 0"));
  cache_.Holds(300, 3);
  cache_.Holds(200, 2);
  EXPECT_TRUE(Shows("tcgate_cache_bytes 200"));
  EXPECT_TRUE(Shows("tcgate_cache_entries 2"));
}

TEST_F(ModuleMetricsTest, TheCacheCountsEvictionsAgesFlightsAndJoins) {
  cache_.Evicted(2);
  cache_.Evicted(5);
  cache_.Served(milliseconds(250));
  cache_.Served(seconds(7200));
  cache_.Flights(+1);
  cache_.Flights(+1);
  cache_.Flights(-1);
  cache_.Joined();
  for (const char* line : {
           "tcgate_cache_evictions_total 7",
           R"(tcgate_cache_age_seconds_bucket{le="0.1"} 0)",
           R"(tcgate_cache_age_seconds_bucket{le="0.5"} 1)",
           R"(tcgate_cache_age_seconds_bucket{le="3600"} 1)",
           R"(tcgate_cache_age_seconds_bucket{le="+Inf"} 2)",
           "tcgate_cache_age_seconds_sum 7200.25",
           "tcgate_flights 1",
           "tcgate_flight_joins_total 1",
       }) {
    EXPECT_TRUE(Shows(line));
  }
}

TEST_F(ModuleMetricsTest, TheQuotaSaysHowAWaitEnded) {
  using End = QuotaMetrics::End;
  quota_.Waiting(1, +1);
  quota_.Waiting(1, +1);
  quota_.Waiting(1, -1);
  quota_.Ended(1, End::kGranted, microseconds(500));
  quota_.Ended(1, End::kGranted, seconds(45));
  quota_.Ended(1, End::kRefused, seconds(0));
  quota_.Ended(1, End::kLeft, seconds(61));
  quota_.Slowed(1);
  const std::string waits = "tcgate_quota_wait_seconds";
  const std::string make = R"({action="acme.MakeAnvil",)";
  for (const std::string& line : {
           std::string(R"(tcgate_quota_waiting{action="acme.MakeAnvil"} 1)"),
           waits + "_bucket" + make + R"(result="granted",le="0.001"} 1)",
           waits + "_bucket" + make + R"(result="granted",le="30"} 1)",
           waits + "_bucket" + make + R"(result="granted",le="60"} 2)",
           waits + "_bucket" + make + R"(result="refused",le="0.001"} 1)",
           waits + "_bucket" + make + R"(result="left",le="60"} 0)",
           waits + "_count" + make + R"(result="left"} 1)",
           std::string(
               R"(tcgate_quota_slowdowns_total{action="acme.MakeAnvil"} 1)"),
       }) {
    EXPECT_TRUE(Shows(line));
  }
}

TEST_F(ModuleMetricsTest, TheQuotaAddsUpSlotsAndPartsOfSlots) {
  quota_.Slots(0, 1, 2.5);
  quota_.Slots(0, 2, 2.5);
  quota_.Slots(0, 0, 0);
  EXPECT_TRUE(
      Shows(R"(tcgate_quota_slots_used_total{action="acme.GetAnvil"} 3)"));
  EXPECT_TRUE(Shows(R"(tcgate_quota_slots_total{action="acme.GetAnvil"} 5)"));
}

TEST_F(ModuleMetricsTest,
       UpstreamSaysHowLongAttemptsTookAndWhyTheyWereRepeated) {
  upstream_.AttemptTook(0, milliseconds(3));
  for (const char* step :
       {"retry", "credential", "clock", "next_host", "hedge", "retry"}) {
    upstream_.Repeated(0, step);
  }
  for (
      const char* line : {
          R"(tcgate_upstream_attempt_duration_seconds_bucket{action="acme.GetAnvil",le="0.0025"} 0)",
          R"(tcgate_upstream_attempt_duration_seconds_bucket{action="acme.GetAnvil",le="0.005"} 1)",
          R"(tcgate_upstream_repeats_total{action="acme.GetAnvil",step="retry"} 2)",
          R"(tcgate_upstream_repeats_total{action="acme.GetAnvil",step="hedge"} 1)",
      }) {
    EXPECT_TRUE(Shows(line));
  }
}

TEST_F(ModuleMetricsTest, AHostShowsWhatWasSaidLast) {
  upstream_.Budget("a.example", 20);
  upstream_.Budget("a.example", 3.5);
  upstream_.Budget("b.example", 0);
  upstream_.Breaker("a.example", 2);
  upstream_.Breaker("a.example", 1);
  EXPECT_TRUE(Shows(R"(tcgate_upstream_retry_budget{host="a.example"} 3.5)"));
  EXPECT_TRUE(Shows(R"(tcgate_upstream_retry_budget{host="b.example"} 0)"));
  EXPECT_TRUE(Shows(R"(tcgate_upstream_breaker_state{host="a.example"} 1)"));
}

TEST_F(ModuleMetricsTest, MoreHostsThanAreKeptAtHandAreShownAllTheSame) {
  for (int round = 0; round < 2; ++round) {
    for (int host = 0; host < 200; ++host) {
      upstream_.Budget(absl::StrCat("h", host), round * 1000 + host);
    }
  }
  for (int host = 0; host < 200; ++host) {
    EXPECT_TRUE(Shows(absl::StrCat("tcgate_upstream_retry_budget{host=\"h",
                                   host, "\"} ", 1000 + host)));
  }
}

TEST_F(ModuleMetricsTest, UpstreamCountsConnectionsAndLag) {
  upstream_.ConnectionOpened();
  upstream_.ConnectionReused();
  upstream_.ConnectionReused();
  upstream_.LoopLag(microseconds(50));
  upstream_.LoopLag(milliseconds(70));
  EXPECT_TRUE(Shows("tcgate_upstream_connections_opened_total 1"));
  EXPECT_TRUE(Shows("tcgate_upstream_connections_reused_total 2"));
  EXPECT_TRUE(Shows(R"(tcgate_loop_lag_seconds_bucket{le="0.0001"} 1)"));
  EXPECT_TRUE(Shows(R"(tcgate_loop_lag_seconds_bucket{le="0.05"} 1)"));
  EXPECT_TRUE(Shows(R"(tcgate_loop_lag_seconds_bucket{le="0.1"} 2)"));
}

TEST_F(ModuleMetricsTest, ACredentialShowsItsEndInUnixTime) {
  upstream_.CredentialExpires("default", WallTime(seconds(1795586828)));
  upstream_.CredentialExpires("default", WallTime(seconds(1795590428)));
  EXPECT_TRUE(
      Shows("tcgate_credential_expiry_timestamp_seconds"
            "{account=\"default\"} 1795590428"));
}

TEST_F(ModuleMetricsTest, AnActionOfNoIndexIsUnknown) {
  quota_.Slowed(Metrics::kUnknownAction);
  upstream_.Repeated(17, "retry");
  EXPECT_TRUE(Shows(R"(tcgate_quota_slowdowns_total{action="unknown"} 1)"));
  EXPECT_TRUE(Shows(
      R"(tcgate_upstream_repeats_total{action="unknown",step="retry"} 1)"));
}

TEST_F(ModuleMetricsTest, AnActionIsShownOnceItIsUsed) {
  EXPECT_THAT(metrics_.Render(), Not(HasSubstr("acme")));
  quota_.Slowed(0);
  EXPECT_THAT(metrics_.Render(), HasSubstr("acme.GetAnvil"));
  EXPECT_THAT(metrics_.Render(), Not(HasSubstr("acme.MakeAnvil")));
}

TEST_F(ModuleMetricsTest, NoCountIsLostBetweenThreads) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 2000;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < kRounds; ++i) {
        cache_.Served(seconds(1));
        quota_.Ended(0, QuotaMetrics::End::kGranted, seconds(1));
        upstream_.Repeated(0, "retry");
        upstream_.Budget("a.example", 7);
        if (i % 100 == 0) metrics_.Render();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(Shows("tcgate_cache_age_seconds_count 8000"));
  EXPECT_TRUE(Shows("tcgate_cache_age_seconds_sum 8000"));
  EXPECT_TRUE(
      Shows("tcgate_quota_wait_seconds_count"
            R"({action="acme.GetAnvil",result="granted"} 8000)"));
  EXPECT_TRUE(Shows(
      R"(tcgate_upstream_repeats_total{action="acme.GetAnvil",step="retry"} 8000)"));
  EXPECT_TRUE(Shows(R"(tcgate_upstream_retry_budget{host="a.example"} 7)"));
}

}  // namespace
}  // namespace tcgate
