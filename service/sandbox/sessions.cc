#include "service/sandbox/sessions.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
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
constexpr std::int64_t kLoginSeconds = 60;

// A round is played once all of its sessions have begun.
std::int64_t LastRound(std::int64_t now) {
  return (now - kLatestStart) / kRoundSeconds;
}

bool Allowed(const Records& records, const json& remote, const json& field) {
  const json* project = records.Find("trro.project", remote);
  if (project == nullptr) return false;
  const json& mode = project->at("PolicyMode");
  const json* policy =
      records.Find("trro.policy", {{"ProjectId", remote.at("ProjectId")},
                                   {"PolicyMode", mode},
                                   {"RemoteDeviceId", remote.at("DeviceId")}});
  bool listed = false;
  if (policy != nullptr) {
    const json& ids = policy->at("FieldDeviceIds");
    listed =
        std::find(ids.begin(), ids.end(), field.at("DeviceId")) != ids.end();
  }
  return listed == (mode == "white");
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
  return !device.value("Asleep", false) &&
         time - device.at("CreatedAt").get<std::int64_t>() >= kLoginSeconds;
}

Sessions::Sessions(std::int64_t now)
    : next_round_(LastRound(now) - kMaxRounds + 1) {}

void Sessions::Advance(Records& records, std::int64_t now) {
  const std::int64_t last = LastRound(now);
  if (next_round_ > last) return;
  std::vector<json> remotes;
  for (const json* device :
       records.Select("trro.device", {{"DeviceType", "remote"}})) {
    if (remotes.size() < kMaxRemotes) remotes.push_back(*device);
  }
  next_round_ = std::max(next_round_, last - kMaxRounds + 1);
  for (; next_round_ <= last; ++next_round_) {
    Play(records, remotes, next_round_);
  }
}

void Sessions::Play(Records& records, const std::vector<json>& remotes,
                    std::int64_t round) {
  const std::int64_t begin = round * kRoundSeconds;
  std::set<std::pair<std::string, std::string>> taken;
  for (const json& remote : remotes) {
    const std::string project = remote.at("ProjectId");
    const std::string id = remote.at("DeviceId");
    std::uint64_t dice = Mix(absl::StrCat(project, "/", id, "/", round));
    const auto roll = [&dice](std::uint64_t sides) {
      const std::uint64_t side = dice % sides;
      dice /= sides;
      return side;
    };
    if (!IsOnline(remote, begin) || roll(10) >= 7) continue;
    std::vector<std::string> fields;
    for (const json* field :
         records.Select("trro.device",
                        {{"ProjectId", project}, {"DeviceType", "field"}})) {
      const std::string field_id = field->at("DeviceId");
      if (fields.size() < kMaxRemotes && IsOnline(*field, begin) &&
          !taken.contains({project, field_id}) &&
          Allowed(records, remote, *field)) {
        fields.push_back(field_id);
      }
    }
    if (fields.empty()) continue;
    const std::string field = fields[roll(fields.size())];
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
