#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

#include "service/sandbox/particular.h"

namespace tcgate {
namespace {

using nlohmann::json;

constexpr std::int64_t kDaySeconds = 86'400;
constexpr int kUnbound = 0;
constexpr int kBound = 1;
// Minutes a month that a licence allows: the documented example's.
constexpr int kMonthlyMinutes = 60'000;

std::int64_t Expiry(const json& license) {
  return license.at("ExpireTime").get<std::int64_t>();
}

// A day that has begun counts, so a licence of 30 days has 30 on its first.
std::int64_t RemainingDays(std::int64_t expiry, std::int64_t now) {
  return std::max<std::int64_t>(0,
                                (expiry - now + kDaySeconds - 1) / kDaySeconds);
}

// The licences of a device, those that expire first being first.
std::vector<json> LicensesOf(const Call& call, const json& device) {
  std::vector<json> licenses;
  for (const json* license : call.records.Select(
           "trro.license", {{"ProjectId", device.at("ProjectId")},
                            {"DeviceId", device.at("DeviceId")}})) {
    licenses.push_back(*license);
  }
  std::stable_sort(
      licenses.begin(), licenses.end(),
      [](const json& a, const json& b) { return Expiry(a) < Expiry(b); });
  return licenses;
}

}  // namespace

void CompleteLicense(const Call& call, json& license) {
  license["RemainDay"] = RemainingDays(Expiry(license), call.now);
}

void CompleteLicensedDevice(const Call& call, json& device) {
  const std::vector<json> licenses = LicensesOf(call, device);
  json ids = json::array();
  for (const json& license : licenses) ids.push_back(license.at("LicenseId"));
  const bool none = licenses.empty();
  const std::int64_t expiry = none ? 0 : Expiry(licenses.back());
  device["LicenseCount"] = licenses.size();
  device["LicenseIds"] = std::move(ids);
  device["ExpireTime"] = expiry;
  device["RemainDay"] = RemainingDays(expiry, call.now);
  device["Duration"] = none ? json(0) : licenses.back().at("Duration");
  device["MonthlyRemainTime"] = none ? 0 : kMonthlyMinutes;
  device["LimitedTime"] = kMonthlyMinutes;
}

std::vector<json> GroupLicenses(const Call& call) {
  // In the order of their first licence.
  std::vector<json> groups;
  const json* project = Given(call.parameters, "ProjectId");
  const json* device = Given(call.parameters, "DeviceId");
  for (const json* license : call.records.Select("trro.license", {})) {
    if (project != nullptr && license->at("ProjectId") != *project) continue;
    if (device != nullptr && license->at("DeviceId") != *device) continue;
    auto group =
        std::find_if(groups.begin(), groups.end(), [&](const json& known) {
          return known["Status"] == license->at("Status") &&
                 known["ExpireTime"] == license->at("ExpireTime") &&
                 known["Duration"] == license->at("Duration");
        });
    if (group == groups.end()) {
      groups.push_back(*license);
      group = groups.end() - 1;
      (*group)["LicenseIds"] = json::array();
      (*group)["Count"] = 0;
      CompleteLicense(call, *group);
    }
    (*group)["LicenseIds"].push_back(license->at("LicenseId"));
    (*group)["Count"] = (*group)["LicenseIds"].size();
  }
  return groups;
}

std::vector<json> CountLicenses(const Call& call) {
  int valid = 0;
  int bound = 0;
  int expired = 0;
  for (const json* license : call.records.Select("trro.license", {})) {
    if (Expiry(*license) <= call.now) {
      ++expired;
      continue;
    }
    ++valid;
    if (license->at("Status") == kBound) ++bound;
  }
  return {{{"Valid", valid},
           {"Bound", bound},
           {"UnBound", valid - bound},
           {"Expire", expired},
           {"MonthlyExpire", 0}}};
}

std::vector<json> CountDeviceLicenses(const Call& call) {
  int usable = 0;
  for (const json& license : LicensesOf(call, call.parameters)) {
    if (Expiry(license) > call.now) ++usable;
  }
  return {{{"AvailableCount", usable}}};
}

std::optional<VendorError> BindLicenses(Call& call) {
  std::vector<const json*> free;
  for (const json* license : call.records.Select("trro.license", {})) {
    if (license->at("Status") == kUnbound && Expiry(*license) > call.now) {
      free.push_back(license);
    }
  }
  const auto count = call.parameters.at("Count").get<std::int64_t>();
  if (count > static_cast<std::int64_t>(free.size())) {
    return VendorError{"OperationDenied.LicensesNotEnoughError",
                       "There are not enough unbound licenses."};
  }
  std::stable_sort(free.begin(), free.end(), [](const json* a, const json* b) {
    return Expiry(*a) < Expiry(*b);
  });
  for (std::int64_t i = 0; i < count; ++i) {
    call.records.Change("trro.license", *free[static_cast<std::size_t>(i)],
                        {{"ProjectId", call.parameters.at("ProjectId")},
                         {"DeviceId", call.parameters.at("DeviceId")},
                         {"Status", kBound}});
  }
  return std::nullopt;
}

}  // namespace tcgate
