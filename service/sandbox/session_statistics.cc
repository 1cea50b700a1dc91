#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "service/sandbox/particular.h"
#include "service/sandbox/time_series.h"

namespace tcgate {
namespace {

using nlohmann::json;

constexpr std::int64_t kDaySeconds = 86'400;

std::int64_t Bound(const Call& call, const char* name, std::int64_t otherwise) {
  const json* value = Given(call.parameters, name);
  if (value == nullptr) return otherwise;
  if (value->is_number_unsigned() &&
      value->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
    return std::numeric_limits<std::int64_t>::max();
  }
  return value->get<std::int64_t>();
}

// The sessions of the project, and device if one is named, that begin in
// [begin, end).
std::vector<json> SessionsIn(const Call& call, std::int64_t begin,
                             std::int64_t end) {
  std::vector<json> sessions;
  const json* device = Given(call.parameters, "DeviceId");
  for (const json* session : call.records.Select(
           "trro.session", {{"ProjectId", call.parameters.at("ProjectId")}})) {
    const std::int64_t start = session->at("StartTime");
    if (start < begin || start >= end) continue;
    if (device != nullptr && session->at("FieldDeviceId") != *device &&
        session->at("RemoteDeviceId") != *device) {
      continue;
    }
    sessions.push_back(*session);
    CompleteSession(call, sessions.back());
  }
  return sessions;
}

// Whole minutes of each, so that the sums of parts are the sum of the whole.
std::int64_t Minutes(const json& session) {
  return (session.at("EndTime").get<std::int64_t>() -
          session.at("StartTime").get<std::int64_t>()) /
         60;
}

json Totals(const std::vector<json>& sessions) {
  std::set<std::string> fields;
  std::set<std::string> remotes;
  std::int64_t minutes = 0;
  std::size_t not_bad = 0;
  for (const json& session : sessions) {
    fields.insert(session.at("FieldDeviceId"));
    remotes.insert(session.at("RemoteDeviceId"));
    minutes += Minutes(session);
    if (session.at("Quality") != "bad") ++not_bad;
  }
  return {{"SessionNum", sessions.size()},
          {"TotalDuration", minutes},
          {"ActiveFieldDeviceNum", fields.size()},
          {"ActiveRemoteDeviceNum", remotes.size()},
          {"NotBadSessionRatio",
           sessions.empty() ? 0 : not_bad * 100 / sessions.size()}};
}

json MinutesByResolution(const std::vector<json>& sessions) {
  static const std::map<std::string, const char*> members = {
      {"640*480", "SD"}, {"1280*720", "HD"}, {"1920*1080", "FHD"}};
  json sums = {{"SD", 0}, {"HD", 0}, {"FHD", 0}};
  std::int64_t all = 0;
  for (const json& session : sessions) {
    const std::int64_t minutes = Minutes(session);
    json& sum = sums[members.at(session.at("Resolution"))];
    sum = sum.get<std::int64_t>() + minutes;
    all += minutes;
  }
  sums["Online"] = all;
  sums["DeductDuration"] = all;
  return sums;
}

}  // namespace

std::vector<json> SumSessions(const Call& call) {
  return {Totals(SessionsIn(
      call, Bound(call, "StartTime", 0),
      Bound(call, "EndTime", std::numeric_limits<std::int64_t>::max())))};
}

// Without a period, of the last day.
std::vector<json> SumSessionsByInterval(const Call& call) {
  const std::int64_t end = Bound(call, "EndTime", call.now);
  const std::int64_t start = Bound(call, "StartTime", end - kDaySeconds);
  std::vector<json> rows;
  for (const Interval& interval : CutIntoIntervals(
           call.parameters.value("StatisticInterval", ""), start, end)) {
    json row = Totals(SessionsIn(call, std::max(interval.start, start),
                                 std::min(interval.end, end)));
    row["StartTime"] = interval.start;
    row["EndTime"] = interval.end;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<json> SumMinutes(const Call& call) {
  return {MinutesByResolution(SessionsIn(call, Bound(call, "StartTime", 0),
                                         Bound(call, "EndTime", call.now)))};
}

// A row for each day, UTC, on which there was a session.
std::vector<json> SumMinutesByDay(const Call& call) {
  std::map<std::int64_t, std::vector<json>> days;
  for (json& session : SessionsIn(call, Bound(call, "StartTime", 0),
                                  Bound(call, "EndTime", call.now))) {
    const std::int64_t start = session.at("StartTime");
    days[start - start % kDaySeconds].push_back(std::move(session));
  }
  std::vector<json> rows;
  for (const auto& [day, sessions] : days) {
    rows.push_back(MinutesByResolution(sessions));
    rows.back()["SessionTime"] = day;
  }
  return rows;
}

}  // namespace tcgate
