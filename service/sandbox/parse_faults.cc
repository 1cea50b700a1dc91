#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/base/closest.h"
#include "service/sandbox/faults.h"

namespace tcgate {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<absl::string_view, Fault::Kind>, 9> kKinds = {{
    {"latency", Fault::Kind::kLatency},
    {"reset", Fault::Kind::kReset},
    {"truncate", Fault::Kind::kTruncate},
    {"status", Fault::Kind::kStatus},
    {"not_json", Fault::Kind::kNotJson},
    {"limit", Fault::Kind::kLimit},
    {"clock_skew", Fault::Kind::kClockSkew},
    {"close_after_read", Fault::Kind::kCloseAfterRead},
    {"stream_error", Fault::Kind::kStreamError},
}};
const std::vector<absl::string_view> kMembers = {
    "kind", "match", "share", "seed", "ms", "times", "status", "code"};

// A day: what may be asked of a clock or of somebody's patience; chosen.
constexpr std::int64_t kMaxMs = 86'400'000;

// Each reads one member, or says what it must be.
std::string ReadKind(const json& value, Fault& fault) {
  std::vector<absl::string_view> names;
  for (const auto& [name, kind] : kKinds) {
    if (value == std::string(name)) {
      fault.kind = kind;
      return "";
    }
    names.push_back(name);
  }
  return absl::StrCat("must be one of ", absl::StrJoin(names, ", "));
}

std::string ReadText(const json& value, std::string& text) {
  if (!value.is_string()) return "must be a string";
  text = value.get<std::string>();
  return "";
}

std::string ReadCount(const json& value, std::uint64_t& count) {
  if (!value.is_number_unsigned()) return "must be a whole number from 0";
  count = value.get<std::uint64_t>();
  return "";
}

std::string ReadShare(const json& value, Fault& fault) {
  if (!value.is_number() || value < 0 || value > 1) {
    return "must be a number from 0 to 1";
  }
  fault.share = value.get<double>();
  return "";
}

std::string ReadMs(const json& value, Fault& fault) {
  if (!value.is_number_integer() || value < -kMaxMs || value > kMaxMs) {
    return absl::StrCat("must be whole milliseconds, at most ", kMaxMs);
  }
  fault.ms = std::chrono::milliseconds(value.get<std::int64_t>());
  return "";
}

std::string ReadStatus(const json& value, Fault& fault) {
  if (!value.is_number_integer() || value < 200 || value > 599) {
    return "must be an HTTP status from 200 to 599";
  }
  fault.status = value.get<unsigned>();
  return "";
}

std::string ReadMember(absl::string_view name, const json& value,
                       Fault& fault) {
  if (name == "kind") return ReadKind(value, fault);
  if (name == "match") return ReadText(value, fault.match);
  if (name == "share") return ReadShare(value, fault);
  if (name == "seed") return ReadCount(value, fault.seed);
  if (name == "ms") return ReadMs(value, fault);
  if (name == "times") return ReadCount(value, fault.times.emplace());
  if (name == "status") return ReadStatus(value, fault);
  if (name == "code") return ReadText(value, fault.code);
  return absl::StrCat("is not known", DidYouMean(name, kMembers));
}

absl::Status Refuse(std::size_t index, absl::string_view member,
                    absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("[", index, "].", member, " ", why));
}

}  // namespace

absl::StatusOr<std::vector<Fault>> ParseFaults(absl::string_view text) {
  const json list = json::parse(text.begin(), text.end(), nullptr,
                                /*allow_exceptions=*/false);
  if (!list.is_array()) {
    return absl::InvalidArgumentError("the body must be a JSON list of faults");
  }
  std::vector<Fault> faults;
  for (const json& object : list) {
    const std::size_t index = faults.size();
    Fault& fault = faults.emplace_back();
    if (!object.is_object() || !object.contains("kind")) {
      return Refuse(index, "kind", "is missing");
    }
    for (const auto& [name, value] : object.items()) {
      const std::string why = ReadMember(name, value, fault);
      if (!why.empty()) return Refuse(index, name, why);
    }
    if (fault.kind == Fault::Kind::kLatency && fault.ms.count() <= 0) {
      return Refuse(index, "ms", "must be positive for latency");
    }
  }
  return faults;
}

std::string RenderFaults(const std::vector<Fault>& faults) {
  json list = json::array();
  for (const Fault& fault : faults) {
    const auto* const kind = std::find_if(
        kKinds.begin(), kKinds.end(),
        [&](const auto& known) { return known.second == fault.kind; });
    json object = {{"kind", std::string(kind->first)},
                   {"match", fault.match},
                   {"share", fault.share},
                   {"seed", fault.seed},
                   {"ms", fault.ms.count()},
                   {"status", fault.status},
                   {"code", fault.code}};
    if (fault.times.has_value()) object["times"] = *fault.times;
    list.push_back(std::move(object));
  }
  return list.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace tcgate
