#include <algorithm>
#include <string>
#include <utility>

#include "service/sandbox/particular.h"
#include "service/sandbox/template.h"

namespace tcgate {
namespace {

using nlohmann::json;

bool IsDevice(const Call& call, const json& id, const char* type) {
  const json* device = call.records.Find(
      "trro.device",
      {{"ProjectId", call.parameters.at("ProjectId")}, {"DeviceId", id}});
  return device != nullptr && device->at("DeviceType") == type;
}

}  // namespace

// `add` and `set` link those that are field devices of the project; `remove`
// unlinks those that are linked. The rest is told in the reply.
std::optional<VendorError> EditPolicy(Call& call) {
  const json& asked = call.parameters;
  if (!IsDevice(call, asked.at("RemoteDeviceId"), "remote")) {
    return VendorError{"FailedOperation", "The remote device does not exist."};
  }
  const json* policy = call.records.Find("trro.policy", asked);
  const std::string mode = asked.at("ModifyMode");
  json linked = policy == nullptr || mode == "set"
                    ? json::array()
                    : policy->at("FieldDeviceIds");
  json failed = json::array();
  for (const json& id : asked.at("FieldDeviceIds")) {
    const auto place = std::find(linked.begin(), linked.end(), id);
    if (mode == "remove") {
      if (place == linked.end()) {
        failed.push_back(id);
      } else {
        linked.erase(place);
      }
    } else if (!IsDevice(call, id, "field")) {
      failed.push_back(id);
    } else if (place == linked.end()) {
      linked.push_back(id);
    }
  }
  const json changes = {{"FieldDeviceIds", linked},
                        {"ModifyTime", IsoTime(call.now)}};
  if (linked.empty()) {
    if (policy != nullptr) call.records.Erase("trro.policy", *policy);
  } else if (policy != nullptr) {
    if (!call.records.Change("trro.policy", *policy, changes)) return Full();
  } else {
    json record = {{"ProjectId", asked.at("ProjectId")},
                   {"PolicyMode", asked.at("PolicyMode")},
                   {"RemoteDeviceId", asked.at("RemoteDeviceId")}};
    record.update(changes);
    if (!call.records.Add("trro.policy", std::move(record))) return Full();
  }
  call.reply[mode == "remove" ? "FailedDeleteIds" : "FailedInsertIds"] = failed;
  return std::nullopt;
}

// The entries of the mode that is asked for, else of the one in force.
std::vector<json> ListPolicies(const Call& call) {
  const json& in_force =
      call.records.Find("trro.project", call.parameters)->at("PolicyMode");
  const json* mode = Given(call.parameters, "PolicyMode");
  const json& shown = mode == nullptr ? in_force : *mode;
  call.reply["PolicyMode"] = shown;
  call.reply["PolicyEnabled"] = shown == in_force;
  std::vector<json> rows;
  for (const json* policy : call.records.Select(
           "trro.policy", {{"ProjectId", call.parameters.at("ProjectId")},
                           {"PolicyMode", shown}})) {
    rows.push_back(*policy);
  }
  return rows;
}

}  // namespace tcgate
