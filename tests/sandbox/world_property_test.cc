// Ten thousand random calls against a small model: what was made is listed,
// what was deleted is gone, counts add up, pages partition lists.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/sandbox/world_fixture.h"

namespace tcgate {
namespace {

using nlohmann::json;

constexpr int kCalls = 10'000;

class WorldPropertyTest : public WorldTest {
 protected:
  struct Device {
    std::string id, name, type;
  };
  struct Project {
    std::string id, name;
    std::vector<Device> devices;  // In the order they were made.
  };

  std::size_t Draw(std::size_t below) {
    return below == 0 ? 0 : random_() % below;
  }

  // Mostly a project that is there.
  Project* Some(std::string& id) {
    if (projects_.empty() || Draw(10) == 0) {
      id = "nowhere";
      return nullptr;
    }
    Project& project = projects_[Draw(projects_.size())];
    id = project.id;
    return &project;
  }

  std::string DeviceId() { return absl::StrCat("device_", Draw(12)); }

  static Device* Find(Project* project, const std::string& id) {
    if (project == nullptr) return nullptr;
    for (Device& device : project->devices) {
      if (device.id == id) return &device;
    }
    return nullptr;
  }

  void CreateProject() {
    if (projects_.size() > 20) return;
    const std::string name = absl::StrCat("project ", Draw(1000));
    const json reply = Run("trro.CreateProject", {{"ProjectName", name}});
    projects_.push_back({reply.at("ProjectId"), name, {}});
  }

  void DeleteProject() {
    std::string id;
    Project* project = Draw(4) == 0 ? Some(id) : nullptr;
    if (project == nullptr) id = "nowhere";
    EXPECT_EQ(Code("trro.DeleteProject", {{"ProjectId", id}}),
              project == nullptr ? "FailedOperation" : "");
    std::erase_if(projects_, [&](const Project& p) { return p.id == id; });
  }

  void ModifyProject() {
    std::string id;
    Project* project = Some(id);
    const std::string name = absl::StrCat("renamed ", Draw(1000));
    EXPECT_EQ(
        Code("trro.ModifyProject", {{"ProjectId", id}, {"ProjectName", name}}),
        project == nullptr ? "FailedOperation" : "");
    if (project != nullptr) project->name = name;
  }

  void CreateDevice() {
    std::string id;
    Project* project = Some(id);
    const Device device = {DeviceId(), absl::StrCat("name", Draw(1000)),
                           Draw(2) == 0 ? "field" : "remote"};
    const bool refused =
        project == nullptr || Find(project, device.id) != nullptr;
    EXPECT_EQ(Code("trro.CreateDevice", {{"ProjectId", id},
                                         {"DeviceId", device.id},
                                         {"DeviceName", device.name},
                                         {"DeviceType", device.type}}),
              refused ? "FailedOperation" : "");
    if (!refused) project->devices.push_back(device);
  }

  void ModifyDevice() {
    std::string id;
    Project* project = Some(id);
    const std::string device_id = DeviceId();
    Device* device = Find(project, device_id);
    const std::string name = absl::StrCat("other", Draw(1000));
    EXPECT_EQ(Code("trro.ModifyDevice", {{"ProjectId", id},
                                         {"DeviceId", device_id},
                                         {"DeviceName", name}}),
              device == nullptr ? "FailedOperation" : "");
    if (device != nullptr) device->name = name;
  }

  void DeleteDevices() {
    std::string id;
    Project* project = Some(id);
    json ids = json::array();
    json failed = json::array();
    for (std::size_t i = Draw(4); i > 0; --i) {
      const std::string device_id = DeviceId();
      ids.push_back(device_id);
      if (Find(project, device_id) == nullptr) {
        failed.push_back(device_id);
      } else {
        std::erase_if(project->devices,
                      [&](const Device& d) { return d.id == device_id; });
      }
    }
    const json reply =
        Run("trro.BatchDeleteDevices", {{"ProjectId", id}, {"DeviceIds", ids}});
    if (project == nullptr) {
      EXPECT_EQ(reply, json({{"Code", "FailedOperation"}}));
    } else {
      EXPECT_EQ(reply.at("FailedDeviceIds"), failed);
    }
  }

  void ShowDevice() {
    std::string id;
    Project* project = Some(id);
    const std::string device_id = DeviceId();
    const Device* device = Find(project, device_id);
    const json reply = Run("trro.DescribeDeviceInfo",
                           {{"ProjectId", id}, {"DeviceId", device_id}});
    if (device == nullptr) {
      EXPECT_EQ(reply, json({{"Code", "FailedOperation"}}));
    } else {
      EXPECT_EQ(reply.at("DeviceName"), device->name);
      EXPECT_EQ(reply.at("DeviceType"), device->type);
    }
  }

  // Walks a list page by page, and says what its pages hold.
  std::vector<std::string> Walk(const std::string& action, json parameters,
                                const char* number, const char* into,
                                const char* total, const char* member) {
    const std::size_t size = 1 + Draw(8);
    parameters["PageSize"] = size;
    std::vector<std::string> found;
    for (int page = 1; page < 100; ++page) {
      parameters[number] = page;
      const json reply = Run(action, parameters);
      const json& list = reply.at(into);
      for (const json& item : list) found.push_back(item.at(member));
      if (reply.contains("Num")) {
        EXPECT_EQ(reply.at("Num"), list.size());
      }
      if (list.size() < size) {
        EXPECT_EQ(reply.at(total), found.size());
        return found;
      }
    }
    ADD_FAILURE() << action << " has no last page";
    return found;
  }

  void ListDevices() {
    std::string id;
    const Project* project = Some(id);
    if (project == nullptr) return;
    const std::string type = Draw(2) == 0 ? "field" : "remote";
    const bool filtered = Draw(2) == 0;
    std::vector<std::string> expected;
    for (const Device& device : project->devices) {
      if (!filtered || device.type == type) expected.push_back(device.id);
    }
    json parameters = {{"ProjectId", id}};
    if (filtered) parameters["DeviceType"] = type;
    EXPECT_EQ(Walk("trro.DescribeDeviceList", parameters, "PageNumber",
                   "Devices", "Total", "DeviceId"),
              expected);
    if (!filtered) {
      EXPECT_EQ(Walk("trro.GetDevices", parameters, "PageNum", "Devices",
                     "TotalCount", "DeviceId"),
                expected);
    }
  }

  void ListProjects() {
    std::vector<std::string> expected = {kQuarry, kPort};
    for (const Project& project : projects_) expected.push_back(project.id);
    std::vector<std::string> found =
        Walk("trro.DescribeProjectList", json::object(), "PageNumber",
             "Projects", "Total", "ProjectId");
    EXPECT_EQ(found, expected);
    std::size_t devices = 7;  // Of the two that were there.
    for (const Project& project : projects_) devices += project.devices.size();
    EXPECT_EQ(Run("trro.GetDevices", {{"PageNum", 1}, {"PageSize", 1}})
                  .at("TotalCount"),
              devices);
  }

  void Play(std::uint64_t seed) {
    random_.seed(seed);
    using Step = void (WorldPropertyTest::*)();
    static constexpr Step kSteps[] = {
        &WorldPropertyTest::CreateProject, &WorldPropertyTest::DeleteProject,
        &WorldPropertyTest::ModifyProject, &WorldPropertyTest::CreateDevice,
        &WorldPropertyTest::CreateDevice,  &WorldPropertyTest::CreateDevice,
        &WorldPropertyTest::ModifyDevice,  &WorldPropertyTest::DeleteDevices,
        &WorldPropertyTest::ShowDevice,    &WorldPropertyTest::ListDevices,
        &WorldPropertyTest::ListProjects};
    for (int i = 0; i < kCalls && !HasFailure(); ++i) {
      (this->*kSteps[Draw(std::size(kSteps))])();
      if (Draw(10) == 0) Pass(std::chrono::seconds(Draw(30)));
    }
  }

  std::mt19937_64 random_;
  std::vector<Project> projects_;
};

// TCGATE_SEED plays one that failed again.
TEST_F(WorldPropertyTest, TenThousandCallsAndTheModelAgree) {
  const char* given = std::getenv("TCGATE_SEED");
  const std::uint64_t seed = given != nullptr
                                 ? std::strtoull(given, nullptr, 10)
                                 : std::random_device{}();
  SCOPED_TRACE(absl::StrCat("TCGATE_SEED=", seed));
  Play(seed);
}

}  // namespace
}  // namespace tcgate
