#include "service/sandbox/rows.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "google/protobuf/descriptor.h"
#include "service/sandbox/template.h"

namespace tcgate {
namespace {

using google::protobuf::Descriptor;
using nlohmann::json;

constexpr std::int64_t kDefaultPageSize = 10;  // As documented.
constexpr std::int64_t kMaxPageSize = 100;     // Chosen.

// The value of the parameter that the plan names under `key`.
const json* Named(const Call& call, const char* key) {
  const auto name = call.plan.find(key);
  return name == call.plan.end() ? nullptr : Given(call.parameters, *name);
}

std::int64_t Number(const Call& call, const char* key, std::int64_t otherwise) {
  const json* value = Named(call, key);
  if (value == nullptr || !value->is_number_integer()) return otherwise;
  // What no page reaches, rather than what wraps around.
  if (value->is_number_unsigned() &&
      value->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
    return std::numeric_limits<std::int64_t>::max();
  }
  return value->get<std::int64_t>();
}

bool Contains(const json& list, const json& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// Whether one of `members` is `value`, lists `value`, or is listed in it.
bool Has(const json& record, const json& members, const json& value) {
  for (const std::string name : members) {
    const json* member = Given(record, name);
    if (member == nullptr) continue;
    if (*member == value || (member->is_array() && Contains(*member, value)) ||
        (value.is_array() && Contains(value, *member))) {
      return true;
    }
  }
  return false;
}

bool Mentions(const json& record, const json& members,
              const std::string& words) {
  const auto mentions = [&](const json& text) {
    return text.is_string() &&
           absl::StrContains(text.get_ref<const std::string&>(), words);
  };
  for (const std::string name : members) {
    const json* member = Given(record, name);
    if (member == nullptr) continue;
    if (mentions(*member) ||
        (member->is_array() &&
         std::any_of(member->begin(), member->end(), mentions))) {
      return true;
    }
  }
  return false;
}

bool InPeriod(const Call& call, const json& record) {
  const auto at = call.plan.find("at");
  if (at == call.plan.end()) return true;
  const std::int64_t time = record.at(*at).get<std::int64_t>();
  const auto within = call.plan.find("within");
  const std::int64_t earliest =
      within == call.plan.end() ? 0 : call.now - within->get<std::int64_t>();
  return time >= earliest && time >= Number(call, "start", 0) &&
         time < Number(call, "end", std::numeric_limits<std::int64_t>::max());
}

bool Fits(const Call& call, const json& record) {
  for (const auto& [name, members] : Member(call.plan, "where").items()) {
    const json* value = Given(call.parameters, name);
    if (value != nullptr && !Has(record, members, *value)) return false;
  }
  for (const auto& [name, search] : Member(call.plan, "search").items()) {
    const json* words = Given(call.parameters, name);
    if (words == nullptr) continue;
    const json* mode = Given(call.parameters, search.value("mode", ""));
    const json& members =
        mode == nullptr ? search.at("in") : search.at("modes").at(*mode);
    if (!Mentions(record, members, words->get_ref<const std::string&>())) {
      return false;
    }
  }
  return InPeriod(call, record);
}

// The filters that are members of the record under their own name: they can
// be looked up.
json LookUp(const Call& call) {
  json members = json::object();
  for (const auto& [name, in] : Member(call.plan, "where").items()) {
    const json* value = Given(call.parameters, name);
    if (value != nullptr && !value->is_array() && in == json::array({name})) {
      members[name] = *value;
    }
  }
  return members;
}

void KeepOnly(const json& names, json& members) {
  json kept = json::object();
  for (const auto& [name, value] : members.items()) {
    if (Contains(names, name)) kept[name] = value;
  }
  members = std::move(kept);
}

}  // namespace

void Complete(const Call& call, const std::string& kind_name, json& record) {
  const json& kind = call.plans.kinds().at(kind_name);
  const std::string view = call.plan.value("view", kind.value("view", ""));
  if (const RecordFunction complete = FindView(view)) complete(call, record);
  const json& later = Member(kind, "later");
  if (later.empty()) return;
  const std::int64_t time = record.at("CreatedAt").get<std::int64_t>() +
                            later.at("seconds").get<std::int64_t>();
  if (call.now < time) return;
  std::uint64_t unused = 0;
  for (const auto& [name, value] : later.at("members").items()) {
    record[name] = Expand(value, record, time, unused);
  }
}

std::vector<json> RowsOf(const Call& call) {
  const std::string source = call.plan.at("rows");
  std::vector<json> rows;
  if (const RowsFunction made = FindRows(source)) {
    rows = made(call);
  } else {
    json members = LookUp(call);
    // What is completed can differ, so what is looked up must be of the key.
    KeepOnly(call.plans.kinds().at(source).at("key"), members);
    for (const json* record : call.records.Select(source, members)) {
      rows.push_back(*record);
      Complete(call, source, rows.back());
    }
  }
  rows.erase(
      std::remove_if(rows.begin(), rows.end(),
                     [&](const json& record) { return !Fits(call, record); }),
      rows.end());
  return rows;
}

Span PageOf(const Call& call, std::size_t total) {
  if (!call.plan.contains("size")) return {0, total};
  const auto all = static_cast<std::int64_t>(total);
  const std::int64_t size = std::clamp<std::int64_t>(
      Number(call, "size", kDefaultPageSize), 1, kMaxPageSize);
  std::int64_t begin = 0;
  if (call.plan.contains("offset")) {
    begin = std::clamp<std::int64_t>(Number(call, "offset", 0), 0, all);
  } else {
    // Documented examples count the first page as 0 or 1.
    const std::int64_t page =
        std::clamp<std::int64_t>(Number(call, "number", 1), 1, all + 1);
    begin = std::min((page - 1) * size, all);
  }
  return {static_cast<std::size_t>(begin),
          static_cast<std::size_t>(std::min(begin + size, all))};
}

void AnswerRows(const Call& call, const std::vector<json>& rows) {
  const Descriptor& response = *call.response;
  const auto into = call.plan.find("into");
  if (into == call.plan.end()) {
    if (!rows.empty()) Project(rows.front(), response, call.reply);
    return;
  }
  const Descriptor& element =
      *FindMember(response, into->get<std::string>())->message_type();
  const Span page = PageOf(call, rows.size());
  ReplyJson list = ReplyJson::array();
  for (std::size_t i = page.begin; i < page.end; ++i) {
    ReplyJson object = ReplyJson::object();
    Project(rows[i], element, object);
    Echo(call, element, object);
    list.push_back(std::move(object));
  }
  call.reply[into->get<std::string>()] = std::move(list);
  const auto count = [&](const char* key, std::size_t number) {
    if (call.plan.contains(key)) {
      call.reply[call.plan.at(key).get<std::string>()] = number;
    }
  };
  count("total", rows.size());
  count("count", page.end - page.begin);
}

void Echo(const Call& call, const Descriptor& message, ReplyJson& object) {
  json echoed = json::object();
  for (const std::string name : Member(call.plan, "echo")) {
    const json* parameter = Given(call.parameters, name);
    if (parameter != nullptr) echoed[name] = *parameter;
  }
  Project(echoed, message, object);
}

}  // namespace tcgate
