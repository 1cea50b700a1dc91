#include <algorithm>
#include <string>

#include "service/sandbox/particular.h"
#include "service/sandbox/sessions.h"
#include "service/sandbox/template.h"

namespace tcgate {

using nlohmann::json;

void CompleteDevice(const Call& call, json& device) {
  const bool online = IsOnline(device, call.now);
  const bool busy = device.value("BusyUntil", std::int64_t{0}) > call.now;
  const char* const status = busy ? "connected" : online ? "ready" : "offline";
  device["DeviceStatus"] = status;
  // What a filter may ask for: `online` is either of the two.
  device["States"] = {status};
  if (online) device["States"].push_back("online");
  const std::int64_t minute = call.now / 60 * 60;
  const std::int64_t created = device.at("CreatedAt");
  device["LastReportTime"] =
      IsoTime(online ? std::max(minute, created) : created);
}

void ForgetDevice(const Call& call, json& device) {
  const json key = {{"ProjectId", device.at("ProjectId")},
                    {"DeviceId", device.at("DeviceId")}};
  for (const json* license : call.records.Select("trro.license", key)) {
    call.records.Change(
        "trro.license", *license,
        {{"ProjectId", nullptr}, {"DeviceId", nullptr}, {"Status", 0}});
  }
  const json in_project = {{"ProjectId", device.at("ProjectId")}};
  if (device.value("BusyUntil", std::int64_t{0}) > call.now) {
    for (const json* session :
         call.records.Select("trro.session", in_project)) {
      const bool is_part = session->at("FieldDeviceId") == key["DeviceId"] ||
                           session->at("RemoteDeviceId") == key["DeviceId"];
      if (is_part && session->at("EndTime") > call.now) {
        call.records.Change("trro.session", *session, {{"EndTime", call.now}});
      }
    }
  }
  for (const json* policy : call.records.Select("trro.policy", in_project)) {
    if (policy->at("RemoteDeviceId") == key["DeviceId"]) {
      call.records.Erase("trro.policy", *policy);
      continue;
    }
    json ids = policy->at("FieldDeviceIds");
    const auto id = std::find(ids.begin(), ids.end(), key["DeviceId"]);
    if (id == ids.end()) continue;
    ids.erase(id);
    call.records.Change("trro.policy", *policy, {{"FieldDeviceIds", ids}});
  }
}

}  // namespace tcgate
