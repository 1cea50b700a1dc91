#include "service/sandbox/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tcgate {
namespace {

using Kind = Fault::Kind;

std::vector<bool> Draws(FaultPlan& plan, int count) {
  std::vector<bool> draws;
  for (int i = 0; i < count; ++i) {
    draws.push_back(plan.Draw("trro.GetDevices") != nullptr);
  }
  return draws;
}

FaultPlan PlanOf(const std::string& json) {
  FaultPlan plan;
  const auto faults = ParseFaults(json);
  EXPECT_TRUE(faults.ok()) << faults.status();
  plan.Replace(*faults);
  return plan;
}

TEST(FaultsTest, AFaultIsReadWithItsDefaults) {
  const auto faults = ParseFaults(
      R"([{"kind":"latency","ms":5},
          {"kind":"close_after_read","match":"trro.Create*","share":0.5,
           "seed":7,"times":3},
          {"kind":"status","status":503},{"kind":"clock_skew","ms":-600000},
          {"kind":"limit","code":"RequestLimitExceeded.UinLimitExceeded"}])");
  ASSERT_TRUE(faults.ok()) << faults.status();
  ASSERT_EQ(faults->size(), 5U);
  EXPECT_EQ((*faults)[0].kind, Kind::kLatency);
  EXPECT_EQ((*faults)[0].match, "*");
  EXPECT_EQ((*faults)[0].share, 1);
  EXPECT_EQ((*faults)[0].ms.count(), 5);
  EXPECT_FALSE((*faults)[0].times.has_value());
  EXPECT_EQ((*faults)[1].match, "trro.Create*");
  EXPECT_EQ((*faults)[1].seed, 7U);
  EXPECT_EQ((*faults)[1].times, 3U);
  EXPECT_EQ((*faults)[2].status, 503U);
  EXPECT_EQ((*faults)[3].ms.count(), -600000);
  EXPECT_EQ((*faults)[4].code, "RequestLimitExceeded.UinLimitExceeded");
}

TEST(FaultsTest, AWrongFaultIsRefusedByName) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "the body must be a JSON list of faults"},
      {"{}", "the body must be a JSON list of faults"},
      {"[1]", "[0].kind is missing"},
      {"[{}]", "[0].kind is missing"},
      {R"([{"kind":"latncy"}])", "[0].kind must be one of latency, reset, "},
      {R"([{"kind":"latency"}])", "[0].ms must be positive for latency"},
      {R"([{"kind":"reset"},{"kind":"reset","share":1.5}])",
       "[1].share must be a number from 0 to 1"},
      {R"([{"kind":"reset","share":"1"}])", "[0].share must be a number"},
      {R"([{"kind":"reset","seed":-1}])", "[0].seed must be a whole number"},
      {R"([{"kind":"reset","times":1.5}])", "[0].times must be a whole number"},
      {R"([{"kind":"latency","ms":1e9}])", "[0].ms must be whole milliseconds"},
      {R"([{"kind":"status","status":99}])", "[0].status must be an HTTP"},
      {R"([{"kind":"reset","match":1}])", "[0].match must be a string"},
      {R"([{"kind":"reset","shar":1}])",
       "[0].shar is not known; did you mean share?"},
  };
  for (const auto& [json, why] : rows) {
    const auto faults = ParseFaults(json);
    ASSERT_FALSE(faults.ok()) << json;
    EXPECT_THAT(std::string(faults.status().message()),
                testing::StartsWith(why));
  }
}

TEST(FaultsTest, AShareIsTheSameForTheSameSeed) {
  FaultPlan a = PlanOf(R"([{"kind":"reset","share":0.3,"seed":1}])");
  FaultPlan b = PlanOf(R"([{"kind":"reset","share":0.3,"seed":1}])");
  FaultPlan c = PlanOf(R"([{"kind":"reset","share":0.3,"seed":2}])");
  const std::vector<bool> draws = Draws(a, 1000);
  EXPECT_EQ(Draws(b, 1000), draws);
  EXPECT_NE(Draws(c, 1000), draws);
  EXPECT_NEAR(static_cast<double>(std::count(draws.begin(), draws.end(), true)),
              300, 50);
}

TEST(FaultsTest, AShareOfNothingAndOfAll) {
  FaultPlan none = PlanOf(R"([{"kind":"reset","share":0}])");
  FaultPlan all = PlanOf(R"([{"kind":"reset","share":1}])");
  EXPECT_THAT(Draws(none, 100), testing::Each(false));
  EXPECT_THAT(Draws(all, 100), testing::Each(true));
}

TEST(FaultsTest, TheFirstThatMatchesIsDrawnAsOftenAsItSays) {
  FaultPlan plan = PlanOf(R"([{"kind":"reset","match":"trro.Get*","times":2},
                              {"kind":"truncate"}])");
  EXPECT_EQ(plan.Draw("trro.CreateDevice")->kind, Kind::kTruncate);
  EXPECT_EQ(plan.Draw("trro.GetDevices")->kind, Kind::kReset);
  EXPECT_EQ(plan.Draw("trro.GetDevices")->kind, Kind::kReset);
  EXPECT_EQ(plan.Draw("trro.GetDevices")->kind, Kind::kTruncate);
  plan.Replace({});
  EXPECT_EQ(plan.Draw("trro.GetDevices"), nullptr);
}

TEST(FaultsTest, ThoseInForceAreWrittenAsTheyAreRead) {
  EXPECT_EQ(RenderFaults({}), "[]");
  FaultPlan plan = PlanOf(
      R"([{"kind":"close_after_read","match":"trro.Get*","share":1,"seed":7,
           "times":3},
          {"kind":"reset","times":0},
          {"kind":"clock_skew","ms":-600000,"share":0.1},
          {"kind":"status","status":503},
          {"kind":"limit","code":"RequestLimitExceeded.UinLimitExceeded"}])");
  plan.Draw("trro.GetDevices");
  const std::string written = RenderFaults(plan.InForce());
  const auto read = ParseFaults(written);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(RenderFaults(*read), written);
  ASSERT_EQ(read->size(), 4U) << "one has ended";
  EXPECT_EQ((*read)[0].kind, Kind::kCloseAfterRead);
  EXPECT_EQ((*read)[0].match, "trro.Get*");
  EXPECT_EQ((*read)[0].seed, 7U);
  EXPECT_EQ((*read)[0].times, 2U);
  EXPECT_EQ((*read)[1].kind, Kind::kClockSkew);
  EXPECT_EQ((*read)[1].share, 0.1);
  EXPECT_EQ((*read)[1].ms.count(), -600000);
  EXPECT_FALSE((*read)[1].times.has_value());
  EXPECT_EQ((*read)[2].status, 503U);
  EXPECT_EQ((*read)[3].code, "RequestLimitExceeded.UinLimitExceeded");
}

}  // namespace
}  // namespace tcgate
