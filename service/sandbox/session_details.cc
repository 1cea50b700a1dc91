#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/sandbox/particular.h"
#include "service/sandbox/sessions.h"

namespace tcgate {
namespace {

using nlohmann::json;

constexpr std::int64_t kSampleSeconds = 2;  // As in the documented example.

// A curve that looks measured: `middle`, up to `spread` off, from the name of
// the curve and the time alone.
json Curve(const std::string& name, std::int64_t begin, std::int64_t end,
           double middle, double spread, bool whole) {
  json values = json::array();
  for (std::int64_t time = begin; time < end; time += kSampleSeconds) {
    const double draw =
        static_cast<double>(Mix(absl::StrCat(name, time)) >> 11) * 0x1p-53;
    const double value = middle + spread * (2 * draw - 1);
    if (whole) {
      values.push_back(static_cast<std::int64_t>(value));
    } else {
      values.push_back(
          static_cast<double>(static_cast<std::int64_t>(value * 100)) / 100);
    }
  }
  return values;
}

json Detail(const json& session, const char* type, const json& device,
            std::int64_t begin, std::int64_t end) {
  const bool is_field = std::string(type) == "field";
  const bool bad = session.at("Quality") == "bad";
  const std::string name =
      absl::StrCat(session.at("SessionId").get<std::string>(), type);
  const auto whole = [&](const char* curve, double middle, double spread) {
    return Curve(name + curve, begin, end, middle, spread, true);
  };
  const auto real = [&](const char* curve, double middle, double spread) {
    return Curve(name + curve, begin, end, middle, spread, false);
  };
  const std::pair<std::string, std::string> size =
      absl::StrSplit(session.at("Resolution").get<std::string>(), '*');
  json detail = {{"DeviceType", type},
                 {"DeviceId", device},
                 {"ProjectId", session.at("ProjectId")},
                 {"SessionId", session.at("SessionId")},
                 {"StartTime", begin},
                 {"EndTime", end},
                 {"Width", std::stoi(size.first)},
                 {"Height", std::stoi(size.second)},
                 {"Rate", whole("rate", bad ? 400 : 900, 200)},
                 {"Fps", whole("fps", bad ? 12 : 20, 3)},
                 {"Lost", real("lost", bad ? 4 : 0.2, 0.2)},
                 {"NetworkLatency", whole("network", bad ? 300 : 80, 30)},
                 {"CpuUsed", real("cpu", is_field ? 35 : 15, 2)},
                 {"MemUsed", real("memory", is_field ? 71 : 44, 1)},
                 {"TimeOffset", json::array()},
                 {"Ver", "2.4"},
                 {"SdkMode", "server2"},
                 {"MultiMode", 0}};
  for (std::int64_t time = begin; time < end; time += kSampleSeconds) {
    detail["TimeOffset"].push_back(time -
                                   session.at("StartTime").get<std::int64_t>());
  }
  if (is_field) {
    detail["NACK"] = whole("nack", bad ? 5 : 1, 1);
    detail["EncodeCost"] = whole("encode", 8, 2);
    detail["CaptureCost"] = whole("capture", 4, 1);
  } else {
    detail["VideoLatency"] = whole("video", bad ? 500 : 150, 30);
    detail["DecodeCost"] = whole("decode", 5, 2);
    detail["RenderCost"] = whole("render", 3, 1);
    detail["K100"] = real("k100", bad ? 9 : 0.5, 0.5);
    detail["K150"] = real("k150", bad ? 5 : 0.2, 0.2);
  }
  return detail;
}

}  // namespace

// What both sides of a session measured, within the period asked for; nothing
// for a session that is not known.
std::vector<json> SampleSession(const Call& call) {
  const std::vector<const json*> found = call.records.Select(
      "trro.session", {{"SessionId", call.parameters.at("SessionId")}});
  if (found.empty()) return {};
  json session = *found.front();
  CompleteSession(call, session);
  const auto bound = [&](const char* name, std::int64_t otherwise) {
    const json* value = Given(call.parameters, name);
    return value == nullptr ? otherwise : value->get<std::int64_t>();
  };
  const std::int64_t start = session.at("StartTime");
  const std::int64_t end = session.at("EndTime");
  const std::int64_t from = std::max(start, bound("StartTime", start));
  const std::int64_t to = std::min(end, bound("EndTime", end));
  if (from >= to) return {};
  return {Detail(session, "field", session.at("FieldDeviceId"), from, to),
          Detail(session, "remote", session.at("RemoteDeviceId"), from, to)};
}

}  // namespace tcgate
