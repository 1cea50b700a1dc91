#include "service/sandbox/sessions.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "service/sandbox/particular.h"

namespace tcgate {
namespace {

using nlohmann::json;

// All chosen.
constexpr std::int64_t kRoundSeconds = 300;
constexpr std::int64_t kMaxRounds = 288;  // A day.
constexpr std::int64_t kLatestStart = 60;
constexpr std::size_t kMaxSessions = 20'000;
constexpr std::size_t kMaxRemotes = 64;
constexpr std::size_t kMaxFields = 64;  // That one remote device steers.
constexpr std::int64_t kLoginSeconds = 60;

// A round is played once all of its sessions have begun.
std::int64_t LastRound(std::int64_t now) {
  return (now - kLatestStart) / kRoundSeconds;
}

std::string IdOf(const json& device) { return device.at("DeviceId"); }

// When a device is there to take part, in Unix seconds.
std::int64_t OnlineFrom(const json& device) {
  if (device.value("Asleep", false)) {
    return std::numeric_limits<std::int64_t>::max();
  }
  return device.at("CreatedAt").get<std::int64_t>() + kLoginSeconds;
}

}  // namespace

std::uint64_t Mix(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a.
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  // The last step of SplitMix64: FNV alone leaves the low bits alike.
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  return hash ^ (hash >> 31);
}

bool IsOnline(const json& device, std::int64_t time) {
  return time >= OnlineFrom(device);
}

Sessions::Sessions(std::int64_t now)
    : next_round_(LastRound(now) - kMaxRounds + 1) {}

void Sessions::Advance(Records& records, std::int64_t now) {
  const std::int64_t last = LastRound(now);
  if (next_round_ > last) return;
  const std::vector<Remote> remotes = Remotes(records);
  next_round_ = std::max(next_round_, last - kMaxRounds + 1);
  for (; next_round_ <= last; ++next_round_) {
    Play(records, remotes, next_round_);
  }
}

std::vector<Sessions::Remote> Sessions::Remotes(const Records& records) {
  std::vector<Remote> remotes;
  std::map<std::string, std::vector<const json*>> fields;  // By project.
  for (const json* remote :
       records.Select("trro.device", {{"DeviceType", "remote"}})) {
    if (remotes.size() == kMaxRemotes) break;
    const std::string project = remote->at("ProjectId");
    const auto [of_project, added] = fields.try_emplace(project);
    if (added) {
      of_project->second = records.Select(
          "trro.device", {{"ProjectId", project}, {"DeviceType", "field"}});
    }
    remotes.push_back({project,
                       {IdOf(*remote), OnlineFrom(*remote)},
                       Steered(records, *remote, of_project->second)});
  }
  return remotes;
}

std::vector<Sessions::Device> Sessions::Steered(
    const Records& records, const json& remote,
    const std::vector<const json*>& fields) {
  const json* project = records.Find("trro.project", remote);
  if (project == nullptr) return {};
  const json& mode = project->at("PolicyMode");
  const json* policy =
      records.Find("trro.policy", {{"ProjectId", remote.at("ProjectId")},
                                   {"PolicyMode", mode},
                                   {"RemoteDeviceId", remote.at("DeviceId")}});
  std::set<std::string> listed;
  if (policy != nullptr) policy->at("FieldDeviceIds").get_to(listed);
  std::vector<Device> steered;
  for (const json* field : fields) {
    if (steered.size() == kMaxFields) break;
    Device device = {IdOf(*field), OnlineFrom(*field)};
    if (listed.contains(device.id) == (mode == "white")) {
      steered.push_back(std::move(device));
    }
  }
  return steered;
}

void Sessions::Play(Records& records, const std::vector<Remote>& remotes,
                    std::int64_t round) {
  const std::int64_t begin = round * kRoundSeconds;
  // Projects and field devices.
  std::set<std::pair<absl::string_view, absl::string_view>> taken;
  for (const Remote& remote : remotes) {
    const std::string& project = remote.project;
    const std::string& id = remote.device.id;
    std::uint64_t dice = Mix(absl::StrCat(project, "/", id, "/", round));
    const auto roll = [&dice](std::uint64_t sides) {
      const std::uint64_t side = dice % sides;
      dice /= sides;
      return side;
    };
    if (begin < remote.device.online_from || roll(10) >= 7) continue;
    std::vector<const Device*> fields;
    for (const Device& field : remote.fields) {
      if (begin >= field.online_from && !taken.contains({project, field.id})) {
        fields.push_back(&field);
      }
    }
    if (fields.empty()) continue;
    const std::string& field = fields[roll(fields.size())]->id;
    taken.insert({project, field});
    const std::int64_t start =
        begin + static_cast<std::int64_t>(roll(kLatestStart));
    const std::int64_t end =
        start + 60 * (1 + static_cast<std::int64_t>(roll(4)));
    static const char* const kQualities[] = {"good",   "good", "good", "good",
                                             "good",   "good", "good", "normal",
                                             "normal", "bad"};
    static const char* const kResolutions[] = {"640*480", "1280*720",
                                               "1920*1080"};
    Keep(records,
         {{"ProjectId", project},
          {"SessionId",
           absl::StrFormat("%016x-%d",
                           Mix(absl::StrCat(id, "/", project, "#", round)),
                           round)},
          {"RemoteDeviceId", id},
          {"FieldDeviceId", field},
          {"Resolution", kResolutions[roll(3)]},
          {"Quality", kQualities[roll(10)]},
          {"StartTime", start},
          {"EndTime", end}});
    for (const std::string& device : {id, field}) {
      const json key = {{"ProjectId", project}, {"DeviceId", device}};
      const json* record = records.Find("trro.device", key);
      records.Change("trro.device", *record, {{"BusyUntil", end}});
    }
  }
}

void Sessions::Keep(Records& records, json session) {
  json key = {{"ProjectId", session.at("ProjectId")},
              {"SessionId", session.at("SessionId")}};
  // Where records are full there are no more sessions.
  if (!records.Add("trro.session", std::move(session))) return;
  oldest_.push_back(std::move(key));
  while (oldest_.size() > kMaxSessions) {
    const json* record = records.Find("trro.session", oldest_.front());
    if (record != nullptr) records.Erase("trro.session", *record);
    oldest_.pop_front();
  }
}

void CompleteSession(const Call& call, json& session) {
  const std::int64_t end = session.at("EndTime");
  // A clock may go back.
  session["EndTime"] = std::max(session.at("StartTime").get<std::int64_t>(),
                                std::min(end, call.now));
  session["LatestUpdateTime"] = session["EndTime"];
}

}  // namespace tcgate
