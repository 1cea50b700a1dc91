#include "service/telemetry/metrics.h"

#include <gmock/gmock.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "service/telemetry/upstream_metrics.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class MetricsTest : public testing::Test {
 protected:
  Metrics metrics_{{"acme.GetAnvil", "acme.MakeAnvil"}};
};

TEST_F(MetricsTest, ACallIsCountedByHowItEndedAndWhoDecided) {
  metrics_.CallEnded(1, absl::StatusCode::kOk, DecidedBy::kVendor,
                     milliseconds(30));
  metrics_.CallEnded(1, absl::StatusCode::kOk, DecidedBy::kVendor,
                     milliseconds(70));
  metrics_.CallEnded(1, absl::StatusCode::kInvalidArgument, DecidedBy::kGateway,
                     milliseconds(0));
  const std::string text = metrics_.Render();
  EXPECT_THAT(text, HasSubstr(R"(tcgate_calls_total{action="acme.MakeAnvil",)"
                              R"(code="OK",decided_by="vendor"} 2)"
                              "\n"));
  EXPECT_THAT(text,
              HasSubstr(R"(tcgate_calls_total{action="acme.MakeAnvil",)"
                        R"(code="INVALID_ARGUMENT",decided_by="gateway"} 1)"
                        "\n"));
  EXPECT_THAT(text, HasSubstr("tcgate_call_duration_seconds_count{action="
                              "\"acme.MakeAnvil\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("tcgate_call_duration_seconds_sum{action="
                              "\"acme.MakeAnvil\"} 0.1"));
  EXPECT_THAT(text, HasSubstr("tcgate_call_duration_seconds_bucket{action="
                              "\"acme.MakeAnvil\",le=\"0.05\"} 2\n"));
}

TEST_F(MetricsTest, EveryFixedNameIsThere) {
  metrics_.Replied(0, "off");
  metrics_.Attempted(0, "ok");
  metrics_.Attempted(0, "upstream_timeout");
  metrics_.Attempted(0, "ok");
  metrics_.upstream().ConnectionOpened();
  metrics_.MemberLost(0, "Anvils.?");
  metrics_.InFlight(+1);
  metrics_.InFlight(+1);
  metrics_.InFlight(-1);
  metrics_.LogLinesDropped(3);
  const std::string text = metrics_.Render();
  for (
      const char* line :
      {R"(tcgate_replies_total{action="acme.GetAnvil",result="off"} 1)",
       R"(tcgate_upstream_attempts_total{action="acme.GetAnvil",result="ok"} 2)",
       R"(tcgate_upstream_attempts_total{action="acme.GetAnvil",result="upstream_timeout"} 1)",
       R"(tcgate_upstream_connections_opened_total 1)",
       R"(tcgate_reply_members_lost_total{action="acme.GetAnvil",member="Anvils.?"} 1)",
       R"(tcgate_calls_in_flight 1)", R"(tcgate_access_log_dropped_total 3)"}) {
    EXPECT_THAT(text, HasSubstr(absl::StrCat("\n", line, "\n")));
  }
  EXPECT_THAT(text, testing::ContainsRegex(
                        "\ntcgate_build_info\\{version=\"[0-9.]+\"\\} 1\n"));
}

TEST_F(MetricsTest, WhatTheGatewayDecidesIsCountedByItsReason) {
  metrics_.Failed(1, reason::kOutcomeUnknown);
  metrics_.Failed(1, reason::kOutcomeUnknown);
  metrics_.Failed(Metrics::kUnknownAction, reason::kUnknownMethod);
  const std::string text = metrics_.Render();
  EXPECT_THAT(text, HasSubstr("{action=\"acme.MakeAnvil\","
                              "reason=\"OUTCOME_UNKNOWN\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("{action=\"unknown\","
                              "reason=\"UNKNOWN_METHOD\"} 1\n"));
}

TEST_F(MetricsTest, ReadyIsWhatWasSaidLast) {
  EXPECT_THAT(metrics_.Render(), HasSubstr("\ntcgate_ready 0\n"));
  metrics_.Ready(true);
  EXPECT_THAT(metrics_.Render(), HasSubstr("\ntcgate_ready 1\n"));
  metrics_.Ready(false);
  EXPECT_THAT(metrics_.Render(), HasSubstr("\ntcgate_ready 0\n"));
}

TEST_F(MetricsTest, AnActionIsShownOnceItIsCalled) {
  EXPECT_THAT(metrics_.Render(), Not(HasSubstr("acme")));
  EXPECT_THAT(metrics_.Render(), HasSubstr("tcgate_calls_in_flight 0\n"));
}

TEST_F(MetricsTest, ANameWithoutASampleIsShownOnceAllTheSame) {
  const std::string help = "# TYPE tcgate_upstream_attempts_total counter\n";
  EXPECT_THAT(metrics_.Render(), HasSubstr(help));
  EXPECT_THAT(metrics_.Render(), HasSubstr("# HELP tcgate_quota_waiting "));
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("# TYPE tcgate_quota_wait_seconds histogram\n"));
  metrics_.Attempted(0, "ok");
  const std::string text = metrics_.Render();
  EXPECT_EQ(text.find(help), text.rfind(help));
  EXPECT_NE(text.find(help), std::string::npos);
}

TEST_F(MetricsTest, WhatNamesNoActionIsCountedAsUnknown) {
  metrics_.CallEnded(Metrics::kUnknownAction, absl::StatusCode::kUnimplemented,
                     DecidedBy::kGateway, milliseconds(1));
  EXPECT_THAT(metrics_.Render(),
              HasSubstr(R"(tcgate_calls_total{action="unknown",)"
                        R"(code="UNIMPLEMENTED",decided_by="gateway"} 1)"));
}

TEST_F(MetricsTest, MoreMembersThanAreKeptAtHandAreCountedAllTheSame) {
  for (int round = 0; round < 2; ++round) {
    for (int member = 0; member < 40; ++member) {
      metrics_.MemberLost(0, absl::StrCat("M", member));
    }
  }
  const std::string text = metrics_.Render();
  for (int member = 0; member < 40; ++member) {
    EXPECT_THAT(text, HasSubstr(absl::StrCat("member=\"M", member, "\"} 2\n")));
  }
}

TEST_F(MetricsTest, NoCountIsLostBetweenThreads) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 2000;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < kCalls; ++i) {
        metrics_.CallEnded(0, absl::StatusCode::kOk, DecidedBy::kVendor,
                           milliseconds(1));
        metrics_.Attempted(0, i % 2 == 0 ? "ok" : "vendor_error");
        if (i % 100 == 0) metrics_.Render();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = metrics_.Render();
  EXPECT_THAT(text, HasSubstr("decided_by=\"vendor\"} 8000\n"));
  EXPECT_THAT(text, HasSubstr("result=\"ok\"} 4000\n"));
  EXPECT_THAT(text, HasSubstr("result=\"vendor_error\"} 4000\n"));
}

}  // namespace
}  // namespace tcgate
