#include "service/sandbox/reply_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "google/protobuf/descriptor.h"
#include "service/catalog/action.h"
#include "tests/sandbox/signed_request.h"

namespace tcgate {
namespace {

using nlohmann::json;

constexpr WallTime kNow{std::chrono::seconds(1754092800)};  // 2025-08-02.

json Answer(const std::string& label, const json& parameters) {
  const ReplyBook book;
  return json::parse(book.Answer(*ShippedCatalog().FindLabel(label), parameters,
                                 kNow))["Response"];
}

std::set<std::string> Members(const google::protobuf::Descriptor& message) {
  std::set<std::string> names;
  for (int i = 0; i < message.field_count(); ++i) {
    names.insert(message.field(i)->json_name());
  }
  return names;
}

TEST(ReplyBookTest, EveryPlanNamesWhatTheCatalogueHas) {
  const json book =
      json::parse(EmbeddedReplies().begin(), EmbeddedReplies().end());
  for (const auto& [label, plan] : book["actions"].items()) {
    const Action* action = ShippedCatalog().FindLabel(label);
    ASSERT_NE(action, nullptr) << label;
    const std::set<std::string> asked = Members(*action->request);
    const std::set<std::string> told = Members(*action->response);
    for (const auto& [key, value] : plan.items()) {
      if (key == "rows") {
        EXPECT_TRUE(book["rows"].contains(value)) << label;
      } else if (key == "into" || key == "total" || key == "count") {
        EXPECT_TRUE(told.contains(value)) << label << " " << value;
      } else if (key == "reply") {
        for (const auto& [name, fixed] : value.items()) {
          EXPECT_TRUE(told.contains(name)) << label << " " << name;
        }
      } else if (key == "where" || key == "one_of") {
        for (const auto& [name, members] : value.items()) {
          EXPECT_TRUE(asked.contains(name)) << label << " " << name;
          if (key == "one_of") continue;
          const std::string rows = plan["rows"];
          for (const json& row : book["rows"][rows]) {
            for (const json& member : members) {
              EXPECT_TRUE(row.contains(member)) << label << " " << member;
            }
          }
        }
      } else if (key == "echo") {
        for (const json& name : value) {
          EXPECT_TRUE(asked.contains(name)) << label << " " << name;
        }
      } else {
        EXPECT_THAT(
            key, testing::AnyOf("number", "size", "interval", "start", "end"))
            << label;
        EXPECT_TRUE(asked.contains(value)) << label << " " << value;
      }
    }
  }
}

TEST(ReplyBookTest, AReplyHasOnlyMembersOfItsType) {
  for (const Action& action : ShippedCatalog().actions()) {
    const std::set<std::string> told = Members(*action.response);
    const json reply = Answer(action.label, json::object());
    for (const auto& [name, value] : reply.items()) {
      EXPECT_TRUE(told.contains(name)) << action.label << " " << name;
    }
  }
}

TEST(ReplyBookTest, APageIsAPartOfTheWhole) {
  json whole = json::array();
  for (int page = 1; page <= 4; ++page) {
    const json reply =
        Answer("trro.GetDevices", {{"PageNum", page}, {"PageSize", 2}});
    EXPECT_EQ(reply["TotalCount"], 5);
    EXPECT_EQ(reply["Devices"].size(), page < 3 ? 2U : page == 3 ? 1U : 0U);
    for (const json& device : reply["Devices"]) whole.push_back(device);
  }
  EXPECT_EQ(Answer("trro.GetDevices", json::object())["Devices"], whole);
  EXPECT_EQ(Answer("trro.GetDevices", {{"PageNum", 9223372036854775807},
                                       {"PageSize", -1}})["Devices"],
            json::array());
}

TEST(ReplyBookTest, PageZeroIsTheFirst) {
  const json reply =
      Answer("trro.DescribeProjectList", {{"PageNumber", 0}, {"PageSize", 1}});
  EXPECT_EQ(reply["Projects"][0]["ProjectId"], "f3glr49r3axn0fu2");
  EXPECT_EQ(reply["Total"], 2);
  EXPECT_EQ(reply["Num"], 1);
}

TEST(ReplyBookTest, AFilterLeavesOutAndAnEchoReplaces) {
  const json reply =
      Answer("trro.DescribeDeviceList",
             {{"ProjectId", "mine"}, {"DeviceStatus", "online"}});
  EXPECT_EQ(reply["Total"], 3);
  for (const json& device : reply["Devices"]) {
    EXPECT_EQ(device["ProjectId"], "mine");
    EXPECT_NE(device["DeviceStatus"], "offline");
    EXPECT_FALSE(device.contains("LicenseCount")) << "of another action's type";
  }
}

TEST(ReplyBookTest, OneRecordIsTheReplyAndTheFirstWhereNoneFits) {
  EXPECT_EQ(
      Answer("trro.DescribeDeviceInfo", {{"DeviceId", "dev3"}})["DeviceName"],
      "truck_3");
  EXPECT_EQ(Answer("trro.DescribeDeviceInfo",
                   {{"DeviceId", "made_just_now"}})["DeviceName"],
            "truck_1");
}

TEST(ReplyBookTest, ASeriesFollowsItsPeriod) {
  const json reply = Answer("trro.DescribeSessionStatisticsByInterval",
                            {{"StatisticInterval", "day"},
                             {"StartTime", 1753920000},
                             {"EndTime", 1754092800}});
  ASSERT_EQ(reply["SessionStatistics"].size(), 2U);
  EXPECT_EQ(reply["SessionStatistics"][0]["StartTime"], 1753920000);
  EXPECT_EQ(reply["SessionStatistics"][1]["EndTime"], 1754092800);
  EXPECT_EQ(Answer("trro.DescribeSessionStatisticsByInterval",
                   {{"StatisticInterval", "hour"}})["SessionStatistics"]
                .back()["EndTime"],
            1754092800)
      << "without a period, the last day";
}

TEST(ReplyBookTest, ANumberIsEchoedAsTextWhereTheReplyHasText) {
  EXPECT_EQ(Answer("trtc.DescribeTrtcInteractiveTime",
                   {{"SdkAppId", 1400243510}})["Usages"][0]["SdkAppId"],
            "1400243510");
  EXPECT_EQ(Answer("trtc.DescribeTrtcInteractiveTime",
                   json::object())["Usages"][0]["SdkAppId"],
            "total");
}

TEST(ReplyBookTest, AnActionWithoutPlanGivesNewIds) {
  const std::string id =
      Answer("trro.CreateProject", json::object())["ProjectId"];
  EXPECT_EQ(id.size(), 16U);
  EXPECT_NE(Answer("trro.CreateProject", json::object())["ProjectId"], id);
}

}  // namespace
}  // namespace tcgate
