#include "service/sandbox/world.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/catalog/action.h"
#include "service/sandbox/rows.h"
#include "service/sandbox/template.h"

namespace tcgate {
namespace {

using nlohmann::json;

std::int64_t Seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time)
      .time_since_epoch()
      .count();
}

// Those of `parameters` that are in the list `names`.
json Only(const json& names, const json& parameters) {
  json only = json::object();
  for (const std::string name : names) {
    const json* value = Given(parameters, name);
    if (value != nullptr) only[name] = *value;
  }
  return only;
}

// The parameters without nulls, under the names that records use.
json Renamed(const json& plan, const json& parameters) {
  json renamed = json::object();
  const json& names = Member(plan, "rename");
  for (const auto& [name, value] : parameters.items()) {
    if (!value.is_null()) renamed[names.value(name, name)] = value;
  }
  return renamed;
}

// Returns the record that the parameters mean, or null: by its key, else by
// the members that the kind can also be found by.
const json* Locate(const Call& call, const std::string& kind_name) {
  const json& kind = call.plans.kinds().at(kind_name);
  const json* found = call.records.Find(kind_name, call.parameters);
  if (found != nullptr) {
    const json scope = Only(Member(kind, "scope"), call.parameters);
    return HasAll(*found, scope) ? found : nullptr;
  }
  const json key = Only(kind.at("key"), call.parameters);
  const json by = Only(Member(kind, "by"), call.parameters);
  if (key.size() == kind.at("key").size() || by.empty()) return nullptr;
  const std::vector<const json*> records = call.records.Select(kind_name, by);
  return records.empty() ? nullptr : records.front();
}

std::optional<VendorError> CheckNeeds(const Call& call) {
  for (const std::string kind : Member(call.plan, "needs")) {
    const json& key = call.plans.kinds().at(kind).at("key");
    const bool named = Only(key, call.parameters).size() == key.size();
    if (named && call.records.Find(kind, call.parameters) == nullptr) {
      return Unknown(call, kind);
    }
  }
  return std::nullopt;
}

VendorError Exists(const json& kind) {
  return {kind.value("exists", "FailedOperation"),
          absl::StrCat("The ", kind.at("called").get<std::string>(),
                       " exists already.")};
}

}  // namespace

VendorError Unknown(const Call& call, const std::string& kind_name) {
  const json& kind = call.plans.kinds().at(kind_name);
  return {call.plan.value("unknown", kind.value("unknown", "FailedOperation")),
          absl::StrCat("The ", kind.at("called").get<std::string>(),
                       " does not exist.")};
}

VendorError Full() {
  return {"LimitExceeded",
          "The sandbox holds as much as it can, or a record is too large."};
}

World::World(const Plans& plans, WallTime now, Records::Bounds bounds)
    : plans_(plans), records_(plans.Keys(), bounds), sessions_(Seconds(now)) {
  for (const auto& [name, kind] : plans_.kinds().items()) {
    for (const json& seed : Member(kind, "seeds")) {
      json record = json::object();
      for (const auto& [member, value] : seed.items()) {
        record[member] = Expand(value, record, Seconds(now), count_);
      }
      records_.Add(name, Made(kind, record, Seconds(now)));
    }
  }
  sessions_.Advance(records_, Seconds(now));
}

json World::Stamps(const json& kind, const json& record, std::int64_t now) {
  json stamps = json::object();
  for (const auto& [name, value] : Member(kind, "stamps").items()) {
    stamps[name] = Expand(value, record, now, count_);
  }
  return stamps;
}

json World::Made(const json& kind, const json& record, std::int64_t now) {
  json whole = Member(kind, "defaults");
  whole.update(record);
  for (const auto& [name, value] : Member(kind, "makes").items()) {
    if (!whole.contains(name)) {
      whole[name] = Expand(value, whole, now, count_);
    }
  }
  const json stamps = Stamps(kind, whole, now);
  for (const auto& [name, value] : stamps.items()) {
    if (!whole.contains(name)) whole[name] = value;
  }
  if (!whole.contains("CreatedAt")) whole["CreatedAt"] = now;
  return whole;
}

std::optional<VendorError> World::Create(Call& call,
                                         const std::string& kind_name) {
  const json& kind = plans_.kinds().at(kind_name);
  for (const auto& names : Member(kind, "unique")) {
    const json same = Only(names, call.parameters);
    if (same.size() == names.size() &&
        !records_.Select(kind_name, same).empty()) {
      return Exists(kind);
    }
  }
  json record =
      Made(kind, Only(Member(kind, "keeps"), call.parameters), call.now);
  if (records_.Find(kind_name, record) != nullptr) {
    if (call.plan.value("again", false)) return std::nullopt;
    return Exists(kind);
  }
  if (!records_.Add(kind_name, record)) return Full();
  Project(record, *call.response, call.reply);
  for (const auto& [part, number] : Member(call.plan, "parts").items()) {
    for (int i = 0; i < number.get<int>(); ++i) {
      json made = call.parameters;
      made.update(Only(kind.at("key"), record));
      made = Only(Member(plans_.kinds().at(part), "keeps"), made);
      // Where it is full, there are fewer.
      records_.Add(part, Made(plans_.kinds().at(part), made, call.now));
    }
  }
  return std::nullopt;
}

std::optional<VendorError> World::Modify(Call& call,
                                         const std::string& kind_name) {
  const json& kind = plans_.kinds().at(kind_name);
  const json* record = Locate(call, kind_name);
  if (record == nullptr) return Unknown(call, kind_name);
  for (const auto& [name, code] : Member(call.plan, "rising").items()) {
    const json* before = Given(*record, name);
    if (before != nullptr && call.parameters.at(name) <= *before) {
      return VendorError{code, "The request is older than the last one."};
    }
  }
  json changes = Only(Member(kind, "keeps"), call.parameters);
  changes.update(Stamps(kind, *record, call.now));
  if (!records_.Change(kind_name, *record, changes)) return Full();
  return std::nullopt;
}

void World::Erase(const Call& call, const std::string& kind_name, json record) {
  const json& kind = plans_.kinds().at(kind_name);
  for (const auto& [name, part] : plans_.kinds().items()) {
    if (part.value("of", "") != kind_name) continue;
    const json key = Only(kind.at("key"), record);
    for (const json* found : records_.Select(name, key)) {
      Erase(call, name, *found);
    }
  }
  if (const RecordFunction forget = FindView(kind.value("forget", ""))) {
    forget(call, record);
  }
  records_.Erase(kind_name, record);
}

std::optional<VendorError> World::Delete(Call& call,
                                         const std::string& kind_name) {
  if (!call.plan.contains("each")) {
    const json* record = Locate(call, kind_name);
    if (record == nullptr) return Unknown(call, kind_name);
    Erase(call, kind_name, *record);
    return std::nullopt;
  }
  const std::string each = call.plan.at("each");
  const std::string member = call.plan.at("member");
  json key = call.parameters;
  ReplyJson failed = ReplyJson::array();
  for (const json& value : call.parameters.at(each)) {
    key[member] = value;
    const json* record = records_.Find(kind_name, key);
    if (record == nullptr) {
      failed.push_back(ReplyJson(value));
    } else {
      Erase(call, kind_name, *record);
    }
  }
  call.reply[call.plan.at("failed").get<std::string>()] = std::move(failed);
  return std::nullopt;
}

std::optional<VendorError> World::Show(Call& call, const std::string& kind_name,
                                       json& shown) {
  const json* record = Locate(call, kind_name);
  if (record == nullptr) {
    if (!call.plan.contains("absent")) return Unknown(call, kind_name);
    shown = call.plan.at("absent");
    return std::nullopt;
  }
  shown = *record;
  Complete(call, kind_name, shown);
  return std::nullopt;
}

void World::Touch(Call& call) {
  for (const std::string kind_name : Member(call.plan, "touches")) {
    const json& kind = plans_.kinds().at(kind_name);
    json record = Only(kind.at("key"), call.parameters);
    if (record.size() != kind.at("key").size() ||
        records_.Find(kind_name, record) != nullptr) {
      continue;
    }
    // Where it is full, the action goes on without.
    records_.Add(kind_name, Made(kind, record, call.now));
  }
}

std::optional<VendorError> World::Act(Call& call) {
  if (std::optional<VendorError> error = CheckNeeds(call)) return error;
  std::optional<VendorError> error;
  json shown = json::object();
  if (call.plan.contains("create")) {
    error = Create(call, call.plan.at("create"));
  } else if (call.plan.contains("modify")) {
    error = Modify(call, call.plan.at("modify"));
  } else if (call.plan.contains("delete")) {
    error = Delete(call, call.plan.at("delete"));
  } else if (call.plan.contains("show")) {
    error = Show(call, call.plan.at("show"), shown);
  } else if (const StepFunction step = FindStep(call.plan.value("step", ""))) {
    error = step(call);
  }
  if (error.has_value()) return error;
  Touch(call);
  Project(shown, *call.response, call.reply);
  Project(Member(call.plan, "reply"), *call.response, call.reply);
  if (call.plan.contains("rows")) {
    AnswerRows(call, RowsOf(call));
  }
  Echo(call, *call.response, call.reply);
  return std::nullopt;
}

std::optional<VendorError> World::Run(const Action& action,
                                      const json& parameters, WallTime now,
                                      ReplyJson& reply) {
  sessions_.Advance(records_, Seconds(now));
  reply = Blank(*action.response);
  const json& plan = plans_.ForAction(action.label);
  const json renamed = Renamed(plan, parameters);
  Call call{plans_,          plan, renamed, Seconds(now), records_,
            action.response, reply};
  return Act(call);
}

}  // namespace tcgate
