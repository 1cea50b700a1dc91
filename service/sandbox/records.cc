#include "service/sandbox/records.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

using nlohmann::json;

// The same for a number and its text, which requests use for one another.
std::string Text(const json& value) {
  return value.is_string()
             ? value.get<std::string>()
             : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::size_t Size(const json& record) {
  return record.dump(-1, ' ', false, json::error_handler_t::replace).size();
}

}  // namespace

const json* Given(const json& object, const std::string& name) {
  const auto member = object.find(name);
  return member == object.end() || member->is_null() ? nullptr : &*member;
}

const json& Member(const json& object, const std::string& name) {
  static const json nothing = json::object();
  const auto member = object.find(name);
  return member == object.end() ? nothing : *member;
}

bool HasAll(const json& record, const json& members) {
  for (const auto& [name, wanted] : members.items()) {
    if (wanted.is_null()) continue;
    const json* member = Given(record, name);
    if (member == nullptr || Text(*member) != Text(wanted)) return false;
  }
  return true;
}

Records::Records(Keys keys, Bounds bounds)
    : keys_(std::move(keys)), bounds_(bounds) {
  for (const auto& [kind, key] : keys_) tables_[kind];
}

std::string Records::KeyOf(const std::string& kind, const json& members,
                           bool& whole) const {
  std::string key;
  whole = false;
  for (const std::string& name : keys_.at(kind)) {
    const json* value = Given(members, name);
    if (value == nullptr) return key;
    const std::string text = Text(*value);
    // With its length, or `a` and `bc` would be `ab` and `c`.
    absl::StrAppend(&key, text.size(), ":", text);
  }
  whole = true;
  return key;
}

const json* Records::Find(const std::string& kind, const json& members) const {
  bool whole = false;
  const std::string key = KeyOf(kind, members, whole);
  const Table& table = tables_.at(kind);
  const auto entry = whole ? table.find(key) : table.end();
  return entry == table.end() ? nullptr : &entry->second.record;
}

std::vector<const json*> Records::Select(const std::string& kind,
                                         const json& members) const {
  bool whole = false;
  const std::string prefix = KeyOf(kind, members, whole);
  const Table& table = tables_.at(kind);
  std::vector<const Entry*> entries;
  for (auto at = table.lower_bound(prefix);
       at != table.end() && absl::StartsWith(at->first, prefix); ++at) {
    if (HasAll(at->second.record, members)) entries.push_back(&at->second);
  }
  std::sort(entries.begin(), entries.end(), [](const Entry* a, const Entry* b) {
    return a->number < b->number;
  });
  std::vector<const json*> records;
  records.reserve(entries.size());
  for (const Entry* entry : entries) records.push_back(&entry->record);
  return records;
}

bool Records::Add(const std::string& kind, json record) {
  Table& table = tables_.at(kind);
  const std::size_t bytes = Size(record);
  if (table.size() >= bounds_.records || bytes > bounds_.record_bytes ||
      bytes > bounds_.bytes - bytes_) {
    return false;
  }
  bool whole = false;
  std::string key = KeyOf(kind, record, whole);
  table.emplace(std::move(key), Entry{++added_, bytes, std::move(record)});
  bytes_ += bytes;
  return true;
}

bool Records::Change(const std::string& kind, const json& record,
                     const json& changes) {
  bool whole = false;
  Entry& entry = tables_.at(kind).at(KeyOf(kind, record, whole));
  json changed = entry.record;
  changed.update(changes);
  const std::size_t bytes = Size(changed);
  if (bytes > entry.bytes && (bytes > bounds_.record_bytes ||
                              bytes - entry.bytes > bounds_.bytes - bytes_)) {
    return false;
  }
  bytes_ += bytes - entry.bytes;
  entry.bytes = bytes;
  entry.record = std::move(changed);
  return true;
}

void Records::Erase(const std::string& kind, const json& record) {
  Table& table = tables_.at(kind);
  bool whole = false;
  const auto entry = table.find(KeyOf(kind, record, whole));
  bytes_ -= entry->second.bytes;
  table.erase(entry);
}

std::size_t Records::Count(const std::string& kind) const {
  return tables_.at(kind).size();
}

}  // namespace tcgate
