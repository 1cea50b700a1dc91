// Sessions pass by, and what is counted of them adds up.

#include "service/sandbox/sessions.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/sandbox/world_fixture.h"

namespace tcgate {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;

class SessionsTest : public WorldTest {
 protected:
  std::int64_t Now() const {
    return std::chrono::floor<std::chrono::seconds>(clock_.WallNow())
        .time_since_epoch()
        .count();
  }

  json List(const std::string& action, const std::string& into, json more) {
    json all = json::array();
    for (int page = 1;; ++page) {
      json parameters = {
          {"ProjectId", kQuarry}, {"PageNumber", page}, {"PageSize", 100}};
      parameters.update(more);
      const json reply = Run(action, parameters);
      if (reply[into].empty()) {
        EXPECT_EQ(reply["Total"], all.size());
        return all;
      }
      for (const json& session : reply[into]) all.push_back(session);
    }
  }
  json All(json more = json::object()) {
    return List("trro.DescribeDeviceSessionList", "DeviceSessionList",
                std::move(more));
  }
};

TEST_F(SessionsTest, ADayHasPassedWhenTheSandboxStarts) {
  const json sessions = All();
  EXPECT_GT(sessions.size(), 200U);
  EXPECT_LT(sessions.size(), 600U);
  for (const json& session : sessions) {
    const std::int64_t start = session["StartTime"];
    EXPECT_LE(start, Now());
    EXPECT_GT(start, Now() - 86'400 - 600);
    EXPECT_LE(session["EndTime"], Now());
    EXPECT_NE(session["FieldDeviceId"], "dev3") << "it sleeps";
  }
}

TEST_F(SessionsTest, TheSameTimesHaveTheSameSessions) {
  World other(plans_, clock_.WallNow());
  const json before = All();
  Pass(hours(3));
  const json after = All();
  EXPECT_GT(after.size(), before.size() + 20);
  const Action* action =
      ShippedCatalog().FindLabel("trro.DescribeDeviceSessionList");
  ReplyJson reply;
  const json page = {
      {"ProjectId", kQuarry}, {"PageNumber", 1}, {"PageSize", 100}};
  EXPECT_FALSE(other.Run(*action, page, clock_.WallNow(), reply).has_value());
  EXPECT_EQ(reply["Total"], after.size()) << "asked once or often";
  EXPECT_EQ(json(reply["DeviceSessionList"][99]), after[99]);
}

TEST_F(SessionsTest, ADeviceInASessionIsConnectedAndThenReadyAgain) {
  bool connected = false;
  bool ready = false;
  for (int i = 0; i < 30 && !(connected && ready); ++i) {
    Pass(minutes(1));
    const std::string status =
        Run("trro.DescribeDeviceInfo",
            {{"ProjectId", kQuarry}, {"DeviceId", "remote1"}})["DeviceStatus"];
    connected = connected || status == "connected";
    ready = ready || status == "ready";
    // A session that goes on is one whose end is now.
    if (status == "connected") {
      const json sessions = All({{"DeviceId", "remote1"}});
      EXPECT_EQ(sessions.back()["EndTime"], Now());
    }
  }
  EXPECT_TRUE(connected);
  EXPECT_TRUE(ready);
}

TEST_F(SessionsTest, ANewDeviceComesOnlineAndTakesPart) {
  const std::string project =
      Run("trro.CreateProject", {{"ProjectName", "new"}})["ProjectId"];
  for (const char* type : {"field", "remote"}) {
    Run("trro.CreateDevice", {{"ProjectId", project},
                              {"DeviceId", type},
                              {"DeviceName", "n"},
                              {"DeviceType", type}});
  }
  const auto status = [&] {
    return Run("trro.DescribeDeviceInfo",
               {{"ProjectId", project}, {"DeviceId", "field"}})["DeviceStatus"];
  };
  EXPECT_EQ(status(), "offline");
  Pass(std::chrono::seconds(59));
  EXPECT_EQ(status(), "offline");
  Pass(std::chrono::seconds(1));
  EXPECT_EQ(status(), "ready");
  Pass(hours(2));
  EXPECT_GT(All({{"ProjectId", project}}).size(), 5U);
}

TEST_F(SessionsTest, APolicyIsObeyed) {
  for (const json& session : All({{"DeviceId", "remote2"}})) {
    EXPECT_NE(session["FieldDeviceId"], "dev3");
  }
  Run("trro.ModifyPolicy", {{"ProjectId", kQuarry},
                            {"RemoteDeviceId", "remote1"},
                            {"FieldDeviceIds", {"dev1"}},
                            {"PolicyMode", "black"},
                            {"ModifyMode", "add"}});
  const std::int64_t since = Now();
  Pass(hours(5));
  const json sessions = All({{"DeviceId", "remote1"}, {"StartTime", since}});
  EXPECT_GT(sessions.size(), 10U);
  for (const json& session : sessions) {
    EXPECT_EQ(session["FieldDeviceId"], "dev2");
  }
}

TEST_F(SessionsTest, RecentOnesAreOfTheLastTwoHours) {
  const json recent = List("trro.DescribeRecentSessionList",
                           "RecentSessionList", json::object());
  EXPECT_EQ(recent.size(), All({{"StartTime", Now() - 7200}}).size());
  EXPECT_GT(recent.size(), 10U);
}

TEST_F(SessionsTest, StatisticsAreThoseOfTheList) {
  Pass(minutes(17));
  for (const char* device : {"", "dev1", "remote2"}) {
    json filter = {{"ProjectId", kQuarry},
                   {"StartTime", Now() - 40'000},
                   {"EndTime", Now() - 1000}};
    if (*device != '\0') filter["DeviceId"] = device;
    const json listed = All(filter);
    std::set<std::string> fields;
    std::set<std::string> remotes;
    std::int64_t total = 0;
    std::size_t not_bad = 0;
    for (const json& session : listed) {
      fields.insert(session["FieldDeviceId"]);
      remotes.insert(session["RemoteDeviceId"]);
      total += (session["EndTime"].get<std::int64_t>() -
                session["StartTime"].get<std::int64_t>()) /
               60;
      not_bad += session["Quality"] == "bad" ? 0 : 1;
    }
    const json totals = Run("trro.DescribeSessionStatistics", filter);
    EXPECT_GT(listed.size(), 20U);
    EXPECT_EQ(totals["SessionNum"], listed.size());
    EXPECT_EQ(totals["TotalDuration"], total);
    EXPECT_EQ(totals["ActiveFieldDeviceNum"], fields.size());
    EXPECT_EQ(totals["ActiveRemoteDeviceNum"], remotes.size());
    EXPECT_EQ(totals["NotBadSessionRatio"], not_bad * 100 / listed.size());

    json by_hour = filter;
    by_hour["StatisticInterval"] = "hour";
    std::int64_t sum = 0;
    std::int64_t number = 0;
    const json series =
        Run("trro.DescribeSessionStatisticsByInterval", by_hour);
    for (const json& hour : series["SessionStatistics"]) {
      sum += hour["TotalDuration"].get<std::int64_t>();
      number += hour["SessionNum"].get<std::int64_t>();
    }
    EXPECT_EQ(sum, total);
    EXPECT_EQ(number, listed.size());

    EXPECT_EQ(Run("trro.GetTotalDuration", filter)["Online"], total);
    json pages = filter;
    pages.update({{"PageNum", 1}, {"PageSize", 10}});
    std::int64_t days = 0;
    const json by_day = Run("trro.GetDurationDetails", pages);
    for (const json& day : by_day["DurationDetails"]) {
      days += day["Online"].get<std::int64_t>();
      EXPECT_EQ(day["Online"], day["SD"].get<std::int64_t>() +
                                   day["HD"].get<std::int64_t>() +
                                   day["FHD"].get<std::int64_t>());
    }
    EXPECT_EQ(days, total);
  }
  EXPECT_EQ(Code("trro.DescribeSessionStatistics", {{"ProjectId", "no"}}),
            "ResourceNotFound");
  EXPECT_EQ(Run("trro.DescribeSessionStatistics",
                {{"ProjectId", kQuarry}, {"EndTime", 0}})["SessionNum"],
            0);
}

TEST_F(SessionsTest, ASessionHasSamplesOfBothSides) {
  const json session = All()[3];
  const json details = Run("trro.DescribeDeviceSessionDetails",
                           {{"SessionId", session["SessionId"]}})["Details"];
  ASSERT_EQ(details.size(), 2U);
  EXPECT_EQ(details[0]["DeviceId"], session["FieldDeviceId"]);
  EXPECT_EQ(details[1]["DeviceId"], session["RemoteDeviceId"]);
  const std::int64_t seconds = session["EndTime"].get<std::int64_t>() -
                               session["StartTime"].get<std::int64_t>();
  for (const char* curve : {"Rate", "Fps", "Lost", "TimeOffset"}) {
    EXPECT_EQ(details[0][curve].size(), (seconds + 1) / 2) << curve;
  }
  const json part = Run(
      "trro.DescribeDeviceSessionDetails",
      {{"SessionId", session["SessionId"]},
       {"EndTime", session["StartTime"].get<std::int64_t>() + 10}})["Details"];
  EXPECT_EQ(part[0]["Rate"].size(), 5U);
  EXPECT_EQ(part[0]["Rate"][2], details[0]["Rate"][2]);
  EXPECT_EQ(Run("trro.DescribeDeviceSessionDetails",
                {{"SessionId", "none"}})["Details"],
            json::array());
}

TEST_F(SessionsTest, OfALongSilenceOnlyTheLastDayIsMade) {
  Pass(hours(24 * 3650));
  EXPECT_LT(All({{"StartTime", Now() - 86'400 * 30}}).size(), 600U);
}

// Who takes part is found once for all rounds, and at most 64 for each: a scan
// of all devices for each remote one and round does not end in the test's time.
TEST_F(SessionsTest, ThousandsOfDevicesDoNotHoldUpTheDayThatIsMadeUp) {
  const std::string white =
      Run("trro.CreateProject",
          {{"ProjectName", "white"}, {"PolicyMode", "white"}})["ProjectId"];
  const std::string black =
      Run("trro.CreateProject",
          {{"ProjectName", "black"}, {"PolicyMode", "black"}})["ProjectId"];
  const auto create = [&](const std::string& project, const std::string& type,
                          int number) {
    for (int i = 0; i < number; ++i) {
      ASSERT_EQ(Code("trro.CreateDevice", {{"ProjectId", project},
                                           {"DeviceId", absl::StrCat(type, i)},
                                           {"DeviceName", "n"},
                                           {"DeviceType", type}}),
                "");
    }
  };
  create(black, "remote", 60);
  create(black, "field", 20'000);
  create(white, "remote", 1);
  create(white, "field", 2'000);
  Run("trro.ModifyPolicy", {{"ProjectId", white},
                            {"RemoteDeviceId", "remote0"},
                            {"FieldDeviceIds", {"field1999"}},
                            {"PolicyMode", "white"},
                            {"ModifyMode", "add"}});
  Pass(hours(25));
  std::set<std::string> fields;
  const json sessions =
      All({{"ProjectId", black}, {"StartTime", Now() - 2 * 3600}});
  EXPECT_GT(sessions.size(), 800U);
  for (const json& session : sessions) fields.insert(session["FieldDeviceId"]);
  EXPECT_EQ(fields.size(), 64U);
  const json listed = All({{"ProjectId", white}});
  EXPECT_GT(listed.size(), 150U);
  for (const json& session : listed) {
    EXPECT_EQ(session["FieldDeviceId"], "field1999");
  }
}

TEST_F(SessionsTest, AClockThatGoesBackHarmsNothing) {
  const std::size_t before = All().size();
  clock_.SetWall(clock_.WallNow() - hours(5));
  EXPECT_EQ(All().size(), before);
  clock_.SetWall(WallTime(std::chrono::seconds(-1'000'000)));
  EXPECT_EQ(All().size(), before);
}

}  // namespace
}  // namespace tcgate
