// What TRRO remembers, kind by kind.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/sandbox/world_fixture.h"

namespace tcgate {
namespace {

using nlohmann::json;
using testing::ElementsAre;

class ProjectsTest : public WorldTest {
 protected:
  std::string NewProject(const std::string& name) {
    return Run("trro.CreateProject", {{"ProjectName", name}})["ProjectId"];
  }
  std::string NewDevice(const std::string& project, const std::string& id,
                        const std::string& type = "field") {
    return Code("trro.CreateDevice", {{"ProjectId", project},
                                      {"DeviceId", id},
                                      {"DeviceName", "name_of_" + id},
                                      {"DeviceType", type},
                                      {"DeviceToken", "0123456789abcdef"}});
  }
  std::vector<std::string> Devices(const std::string& project, json more = {}) {
    json parameters = {{"ProjectId", project}, {"PageSize", 100}};
    parameters.update(more.is_null() ? json::object() : more);
    const json reply = Run("trro.DescribeDeviceList", parameters);
    std::vector<std::string> ids;
    for (const json& device : reply["Devices"]) {
      ids.push_back(device["DeviceId"]);
    }
    EXPECT_EQ(reply["Total"], ids.size());
    EXPECT_EQ(reply["Num"], ids.size());
    return ids;
  }
};

TEST_F(ProjectsTest, AProjectIsShownChangedListedAndGone) {
  const std::string id = NewProject("mine");
  EXPECT_EQ(id.size(), 16U);
  const json shown = Run("trro.DescribeProjectInfo", {{"ProjectId", id}});
  EXPECT_EQ(shown["ProjectName"], "mine");
  EXPECT_EQ(shown["PolicyMode"], "black") << "as documented";
  EXPECT_EQ(shown["ModifyTime"], "2019-02-26T00:44:25+08:00");
  Pass(std::chrono::seconds(60));
  EXPECT_EQ(Code("trro.ModifyProject",
                 {{"ProjectId", id}, {"ProjectDescription", "words"}}),
            "");
  const json changed = Run("trro.DescribeProjectInfo", {{"ProjectId", id}});
  EXPECT_EQ(changed["ProjectName"], "mine") << "what is not given stays";
  EXPECT_EQ(changed["ProjectDescription"], "words");
  EXPECT_EQ(changed["ModifyTime"], "2019-02-26T00:45:25+08:00");
  EXPECT_EQ(Run("trro.DescribeProjectList", json::object())["Total"], 3);

  EXPECT_EQ(Code("trro.DeleteProject", {{"ProjectId", id}}), "");
  EXPECT_EQ(Run("trro.DescribeProjectList", json::object())["Total"], 2);
  for (const char* action : {"trro.DescribeProjectInfo", "trro.DeleteProject",
                             "trro.ModifyProject", "trro.DescribeDeviceList"}) {
    EXPECT_EQ(Code(action, {{"ProjectId", id}}), "FailedOperation") << action;
  }
}

TEST_F(ProjectsTest, ADeviceIsOfItsProjectAlone) {
  const std::string a = NewProject("a");
  const std::string b = NewProject("b");
  EXPECT_EQ(NewDevice(a, "one"), "");
  EXPECT_EQ(NewDevice(b, "one"), "") << "the same id in another project";
  EXPECT_EQ(NewDevice(a, "one"), "FailedOperation") << "twice";
  EXPECT_EQ(NewDevice("nowhere", "one"), "FailedOperation");
  EXPECT_EQ(NewDevice(a, "Upper"), "InvalidParameterValue");
  EXPECT_EQ(NewDevice(a, std::string(33, 'a')), "InvalidParameterValue");
  EXPECT_EQ(NewDevice(a, "two", "neither"), "InvalidParameterValue");
  EXPECT_THAT(Devices(a), ElementsAre("one"));
  EXPECT_EQ(
      Code("trro.ModifyDevice",
           {{"ProjectId", a}, {"DeviceId", "one"}, {"DeviceName", "renamed"}}),
      "");
  const auto name = [&](const std::string& project) {
    return Run("trro.DescribeDeviceInfo",
               {{"ProjectId", project}, {"DeviceId", "one"}})["DeviceName"];
  };
  EXPECT_EQ(name(a), "renamed");
  EXPECT_EQ(name(b), "name_of_one");
  EXPECT_EQ(
      Code("trro.DescribeDeviceInfo", {{"ProjectId", a}, {"DeviceId", "two"}}),
      "FailedOperation");
}

TEST_F(ProjectsTest, ABatchTellsWhatFailed) {
  const std::string id = NewProject("a");
  for (const char* device : {"one", "two", "three"}) NewDevice(id, device);
  EXPECT_EQ(
      Run("trro.BatchDeleteDevices",
          {{"ProjectId", id},
           {"DeviceIds", {"one", "ghost", "three", "one"}}})["FailedDeviceIds"],
      json({"ghost", "one"}));
  EXPECT_THAT(Devices(id), ElementsAre("two"));
}

TEST_F(ProjectsTest, DeletingAProjectTakesWhatIsInIt) {
  const json licenses = Run("trro.GetLicenseStat", json::object());
  EXPECT_EQ(licenses["Bound"], 4);
  EXPECT_EQ(Code("trro.DeleteProject", {{"ProjectId", kQuarry}}), "");
  EXPECT_EQ(Run("trro.GetDevices", {{"PageNum", 1},
                                    {"PageSize", 100},
                                    {"ProjectId", kQuarry}})["TotalCount"],
            0);
  EXPECT_EQ(
      Run("trro.GetDevices", {{"PageNum", 1}, {"PageSize", 100}})["TotalCount"],
      2)
      << "another project's";
  EXPECT_EQ(Run("trro.GetLicenseStat", json::object())["Bound"], 0);
  EXPECT_EQ(Run("trro.GetLicenseStat", json::object())["UnBound"], 10);
}

TEST_F(ProjectsTest, DevicesAreFilteredAndSearched) {
  EXPECT_THAT(Devices(kQuarry, {{"DeviceType", "remote"}}),
              ElementsAre("remote1", "remote2"));
  EXPECT_THAT(Devices(kQuarry, {{"SearchWords", "truck_2"}}),
              ElementsAre("dev2"))
      << "by name";
  EXPECT_THAT(
      Devices(kQuarry, {{"SearchWords", "ev"}, {"DeviceType", "field"}}),
      ElementsAre("dev1", "dev2", "dev3"))
      << "by id";
  EXPECT_THAT(Devices(kQuarry, {{"DeviceStatus", "offline"}}),
              ElementsAre("dev3"));
  EXPECT_EQ(Devices(kQuarry, {{"DeviceStatus", "online"}}).size(), 4U);
  EXPECT_EQ(Code("trro.DescribeDeviceList",
                 {{"ProjectId", kQuarry}, {"DeviceStatus", "asleep"}}),
            "InvalidParameterValue");
}

TEST_F(ProjectsTest, PagesPartitionTheList) {
  const std::string id = NewProject("a");
  for (int i = 0; i < 25; ++i) NewDevice(id, absl::StrCat("device_", i));
  std::vector<std::string> all;
  for (int page = 1; page <= 4; ++page) {
    const json reply =
        Run("trro.DescribeDeviceList",
            {{"ProjectId", id}, {"PageNumber", page}, {"PageSize", 9}});
    EXPECT_EQ(reply["Total"], 25);
    EXPECT_EQ(reply["Num"], reply["Devices"].size());
    for (const json& device : reply["Devices"]) {
      all.push_back(device["DeviceId"]);
    }
  }
  EXPECT_EQ(all, Devices(id));
  const auto first = [&](json parameters) {
    parameters["ProjectId"] = id;
    return Run("trro.DescribeDeviceList", parameters)["Devices"];
  };
  EXPECT_EQ(first(json::object()).size(), 10U) << "ten without a size";
  EXPECT_EQ(first({{"PageNumber", 0}}), first({{"PageNumber", 1}}));
  EXPECT_EQ(first({{"PageNumber", INT64_MAX}, {"PageSize", INT64_MAX}}),
            json::array());
  EXPECT_EQ(first({{"PageNumber", -1}, {"PageSize", -1}}).size(), 1U);
}

TEST_F(ProjectsTest, APolicyIsAddedToSetAndTakenFrom) {
  const auto edit = [&](const char* how, json ids, const char* mode = "black") {
    return Run("trro.ModifyPolicy", {{"ProjectId", kQuarry},
                                     {"RemoteDeviceId", "remote1"},
                                     {"FieldDeviceIds", std::move(ids)},
                                     {"PolicyMode", mode},
                                     {"ModifyMode", how}});
  };
  const auto linked = [&](const json& more) {
    json parameters = {{"ProjectId", kQuarry}};
    parameters.update(more);
    json ids = json::array();
    const json reply = Run("trro.DescribePolicy", parameters);
    for (const json& entry : reply["PolicyInfo"]) {
      ids.push_back({entry["RemoteDeviceId"], entry["FieldDeviceIds"]});
    }
    return ids;
  };
  EXPECT_EQ(edit("add", {"dev1", "ghost", "remote2"})["FailedInsertIds"],
            json({"ghost", "remote2"}));
  edit("add", {"dev2", "dev1"});
  EXPECT_EQ(linked({{"SearchWords", "remote1"}}),
            json::parse(R"([["remote1",["dev1","dev2"]]])"));
  EXPECT_EQ(edit("remove", {"dev1", "dev3"})["FailedDeleteIds"],
            json({"dev3"}));
  EXPECT_EQ(linked({{"SearchWords", "dev2"}, {"SearchMode", "fieldMatch"}}),
            json::parse(R"([["remote1",["dev2"]]])"));
  edit("set", {"dev3"});
  EXPECT_EQ(linked(json::object()),
            json::parse(R"([["remote2",["dev3"]],["remote1",["dev3"]]])"));
  edit("add", {"dev1"}, "white");
  const json white = Run("trro.DescribePolicy",
                         {{"ProjectId", kQuarry}, {"PolicyMode", "white"}});
  EXPECT_EQ(white["PolicyEnabled"], false);
  EXPECT_EQ(white["Total"], 1);
  EXPECT_EQ(
      Run("trro.BatchDeletePolicy",
          {{"ProjectId", kQuarry},
           {"PolicyMode", "black"},
           {"RemoteDeviceIds", {"remote1", "dev1"}}})["FailedRemoteDeviceIds"],
      json({"dev1"}));
  EXPECT_EQ(linked(json::object()), json::parse(R"([["remote2",["dev3"]]])"));
  Run("trro.BatchDeleteDevices",
      {{"ProjectId", kQuarry}, {"DeviceIds", {"remote2"}}});
  EXPECT_EQ(linked(json::object()), json::array());
}

TEST_F(ProjectsTest, LicensesAreBoundThoseThatExpireFirstBeingFirst) {
  const auto bind = [&](int count, const char* device = "dev3") {
    return Code(
        "trro.BoundLicenses",
        {{"Count", count}, {"DeviceId", device}, {"ProjectId", kQuarry}});
  };
  EXPECT_EQ(bind(0), "InvalidParameterValue");
  EXPECT_EQ(bind(1, "ghost"), "InvalidParameterValue");
  EXPECT_EQ(bind(4), "");
  const json device = Run("trro.GetDevices", {{"PageNum", 1},
                                              {"PageSize", 10},
                                              {"ProjectId", kQuarry},
                                              {"DeviceId", "dev3"}});
  EXPECT_EQ(device["TotalCount"], 1);
  EXPECT_EQ(device["Devices"][0]["LicenseCount"], 4);
  EXPECT_EQ(device["Devices"][0]["LicenseIds"],
            json({"trro-license-0005", "trro-license-0006", "trro-license-0007",
                  "trro-license-0008"}));
  EXPECT_EQ(device["Devices"][0]["RemainDay"], 180);
  EXPECT_TRUE(device["Devices"][0]["ExpireTime"].is_string());
  EXPECT_EQ(
      Run("trro.GetDeviceLicense",
          {{"ProjectId", kQuarry}, {"DeviceId", "dev3"}})["AvailableCount"],
      4);
  const json counts = Run("trro.GetLicenseStat", json::object());
  EXPECT_EQ(counts["Valid"], 10);
  EXPECT_EQ(counts["Bound"], 8);
  EXPECT_EQ(counts["UnBound"], 2);
  EXPECT_EQ(counts["Expire"], 1);
  EXPECT_EQ(bind(3), "OperationDenied.LicensesNotEnoughError");
  EXPECT_EQ(Run("trro.GetLicenseStat", json::object()), counts)
      << "all or none";
  Pass(std::chrono::hours(24 * 13));
  EXPECT_EQ(Run("trro.GetLicenseStat", json::object())["Expire"], 2);
}

TEST_F(ProjectsTest, ADayOfALicenseCountsUntilItHasPassed) {
  const auto days = [&] {
    const json groups = Run("trro.GetLicenses", {{"PageNum", 1},
                                                 {"PageSize", 10},
                                                 {"ProjectId", kQuarry},
                                                 {"DeviceId", "dev1"}});
    return groups["Licenses"][0]["RemainDay"];
  };
  EXPECT_EQ(days(), 30);
  Pass(std::chrono::seconds(1));
  EXPECT_EQ(days(), 30);
  Pass(std::chrono::hours(24));
  EXPECT_EQ(days(), 29);
  Pass(std::chrono::hours(29 * 24) - std::chrono::seconds(2));
  EXPECT_EQ(days(), 1);
  Pass(std::chrono::seconds(1));
  EXPECT_EQ(days(), 0);
  Pass(std::chrono::hours(100));
  EXPECT_EQ(days(), 0);
}

TEST_F(ProjectsTest, LicensesAreListedInGroups) {
  const auto list = [&](json more) {
    json parameters = {{"PageNum", 1}, {"PageSize", 10}};
    parameters.update(more);
    return Run("trro.GetLicenses", parameters);
  };
  const json all = list(json::object());
  EXPECT_EQ(all["TotalCount"], 5);
  int count = 0;
  for (const json& group : all["Licenses"]) {
    EXPECT_EQ(group["Count"], group["LicenseIds"].size());
    count += group["Count"].get<int>();
  }
  EXPECT_EQ(count, 11);
  EXPECT_EQ(list({{"Status", 1}})["TotalCount"], 2);
  const json of_device = list({{"ProjectId", kQuarry}, {"DeviceId", "dev1"}});
  EXPECT_EQ(of_device["TotalCount"], 1);
  EXPECT_EQ(of_device["Licenses"][0]["Count"], 2);
}

TEST_F(ProjectsTest, ARecordingAndALiveStreamRunUntilTheyAreStopped) {
  const std::string recording =
      Run("trro.CreateCloudRecording",
          {{"ProjectId", kQuarry},
           {"DeviceId", "dev1"},
           {"VideoStreamId", 1},
           {"CloudStorage", json::object()}})["TaskId"];
  EXPECT_EQ(Code("trro.CreateCloudRecording", {{"ProjectId", kQuarry},
                                               {"DeviceId", "ghost"},
                                               {"VideoStreamId", 1}}),
            "OperationDenied");
  EXPECT_EQ(Code("trro.DeleteCloudRecording", {{"TaskId", recording}}), "");
  EXPECT_EQ(Code("trro.DeleteCloudRecording", {{"TaskId", recording}}),
            "OperationDenied");
  const std::string live =
      Run("trro.StartPublishLiveStream",
          {{"WithTranscoding", 0}, {"MaxIdleTime", 5}})["TaskId"];
  EXPECT_EQ(Code("trro.StartPublishLiveStream",
                 {{"WithTranscoding", 0}, {"MaxIdleTime", 4}}),
            "InvalidParameterValue");
  EXPECT_EQ(Code("trro.StopPublishLiveStream", {{"TaskId", live}}), "");
  EXPECT_EQ(Code("trro.StopPublishLiveStream", {{"TaskId", live}}),
            "OperationDenied");
}

TEST_F(ProjectsTest, AnAnnotationJobRunsItsTasksAndCanRunOneAgain) {
  const std::string job = Run("trro.CreateBatchVideoAnnotationJob",
                              {{"AnnotationType", 3}})["JobId"];
  Run("trro.CreateVideoAnnotationJob",
      {{"AnnotationType", 3}, {"InputType", 2}, {"HttpUrl", "http://a/b.mp4"}});
  const auto jobs = [&](json more) {
    return Run("trro.DescribeAnnotationJobs", more);
  };
  EXPECT_EQ(jobs({{"Status", 1}})["TotalCount"], 2);
  EXPECT_EQ(jobs({{"InputPath", "http://a"}})["Jobs"][0]["JobType"], 1);
  const auto tasks = [&](json more) {
    more["JobId"] = job;
    return Run("trro.DescribeAnnotationTasks", more);
  };
  EXPECT_EQ(tasks({{"Status", 2}, {"Offset", 2}})["TotalCount"], 3);
  EXPECT_EQ(tasks({{"Offset", 2}})["Tasks"].size(), 1U);
  Pass(std::chrono::seconds(10));
  EXPECT_EQ(jobs({{"Status", 3}})["TotalCount"], 2);
  EXPECT_EQ(jobs(json::object())["Jobs"][0]["TaskStatusCount"], "{\"6\":3}");
  const json task = {{"TaskId", tasks(json::object())["Tasks"][0]["TaskId"]}};
  EXPECT_EQ(Run("trro.DescribeAnnotationResults", task)["Result"],
            "{\"segments\":[]}");
  EXPECT_EQ(Code("trro.RetryAnnotationTask", task), "");
  EXPECT_EQ(Run("trro.DescribeAnnotationResults", task)["Status"], 2);
  EXPECT_EQ(jobs(json::object())["Jobs"][0]["TaskStatusCount"],
            "{\"2\":1,\"6\":2}");
  EXPECT_EQ(Code("trro.DeleteAnnotationTask", task), "");
  EXPECT_EQ(Code("trro.RetryAnnotationTask", task), "ResourceNotFound");
  EXPECT_EQ(tasks(json::object())["TotalCount"], 2);
  EXPECT_EQ(Code("trro.DeleteAnnotationJob", {{"JobId", job}}), "");
  EXPECT_EQ(tasks(json::object())["Code"], "ResourceNotFound");
}

TEST_F(ProjectsTest, AReplyHasOnlyMembersOfItsType) {
  const json devices = Run("trro.DescribeDeviceList", {{"ProjectId", kQuarry}});
  EXPECT_FALSE(devices["Devices"][0].contains("CreatedAt"));
  EXPECT_FALSE(devices["Devices"][0].contains("LicenseCount"));
}

TEST_F(ProjectsTest, AFullWorldSaysSo) {
  World small(plans_, clock_.WallNow(), {.records = 8});
  const Action* action = ShippedCatalog().FindLabel("trro.CreateProject");
  ReplyJson reply;
  for (int i = 0; i < 6; ++i) {
    EXPECT_FALSE(
        small.Run(*action, {{"ProjectName", "p"}}, clock_.WallNow(), reply)
            .has_value());
  }
  const auto error =
      small.Run(*action, {{"ProjectName", "p"}}, clock_.WallNow(), reply);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, "LimitExceeded");
}

}  // namespace
}  // namespace tcgate
