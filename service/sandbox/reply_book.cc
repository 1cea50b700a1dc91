#include "service/sandbox/reply_book.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "service/base/random.h"
#include "service/catalog/action.h"
#include "service/sandbox/time_series.h"

// Bounds of what replies_json.S includes.
extern "C" {
extern const char tcgate_sandbox_replies[];
extern const char tcgate_sandbox_replies_end[];
}

namespace tcgate {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr std::int64_t kDefaultPageSize = 10;           // As documented.
constexpr std::int64_t kMaxPageSize = 100;              // Chosen.
constexpr std::int64_t kDefaultPeriodSeconds = 86'400;  // Chosen.

std::string NewRequestId() {
  const std::string hex = RandomHex(16);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-",
                      hex.substr(12, 4), "-", hex.substr(16, 4), "-",
                      hex.substr(20));
}

std::string Dump(const OrderedJson& value) {
  // What clients send is echoed, and may be no UTF-8.
  return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

const FieldDescriptor* FindField(const Descriptor& message,
                                 absl::string_view name) {
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->json_name() == name) return message.field(i);
  }
  return nullptr;
}

// The reply of an action of which nothing but the type is known.
OrderedJson Blank(const Descriptor& message) {
  OrderedJson blank = OrderedJson::object();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    OrderedJson& value = blank[field.json_name()];
    if (field.is_repeated()) {
      value = OrderedJson::array();
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      value = OrderedJson::object();
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      value = absl::EndsWith(field.json_name(), "Id") ? RandomHex(8) : "";
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
      value = false;
    } else {
      value = 0;
    }
  }
  return blank;
}

// Copies the members of `record` that `message` has, in its order.
void Project(const json& record, const Descriptor& message,
             OrderedJson& object) {
  for (int i = 0; i < message.field_count(); ++i) {
    const std::string& name = message.field(i)->json_name();
    const auto member = record.find(name);
    if (member != record.end()) object[name] = *member;
  }
}

// Whether `record` has `value` in one of `members`, or in a list there.
bool Has(const json& record, const json& members, const json& value) {
  for (const std::string name : members) {
    const json& member = record.at(name);
    if (member == value ||
        (member.is_array() &&
         std::find(member.begin(), member.end(), value) != member.end())) {
      return true;
    }
  }
  return false;
}

std::int64_t Number(const json& parameters, const json& plan, const char* key,
                    std::int64_t otherwise) {
  const auto parameter = parameters.find(plan.value(key, ""));
  if (parameter == parameters.end() || !parameter->is_number()) {
    return otherwise;
  }
  return parameter->get<std::int64_t>();
}

std::vector<json> Select(const json& plan, const json& all,
                         const json& parameters) {
  std::vector<json> selected;
  const json where = plan.value("where", json::object());
  for (const json& record : all) {
    bool fits = true;
    for (const auto& [name, members] : where.items()) {
      const auto parameter = parameters.find(name);
      if (parameter != parameters.end() && !parameter->is_null()) {
        fits = fits && Has(record, members, *parameter);
      }
    }
    if (fits) selected.push_back(record);
  }
  return selected;
}

std::vector<json> Series(const json& plan, const json& all,
                         const json& parameters, WallTime now) {
  const std::int64_t now_seconds =
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const std::int64_t end = Number(parameters, plan, "end", now_seconds);
  const std::int64_t start =
      Number(parameters, plan, "start", end - kDefaultPeriodSeconds);
  std::vector<json> series;
  for (const Interval& interval : CutIntoIntervals(
           parameters.value(plan.value("interval", ""), ""), start, end)) {
    json record = all.at(series.size() % all.size());
    record[plan.value("start", "")] = interval.start;
    record[plan.value("end", "")] = interval.end;
    series.push_back(std::move(record));
  }
  return series;
}

void Echo(const json& plan, const json& parameters, const Descriptor& message,
          OrderedJson& object) {
  for (const std::string name : plan.value("echo", json::array())) {
    const auto parameter = parameters.find(name);
    const FieldDescriptor* field = FindField(message, name);
    if (field == nullptr || parameter == parameters.end()) continue;
    const bool as_text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
                         !parameter->is_string();
    object[name] = as_text ? json(parameter->dump()) : *parameter;
  }
}

void AnswerList(const json& plan, const json& parameters,
                const std::vector<json>& records, const Descriptor& response,
                OrderedJson& reply) {
  const std::int64_t total = static_cast<std::int64_t>(records.size());
  std::int64_t begin = 0;
  std::int64_t end = total;
  if (plan.contains("number")) {
    // Documented examples count the first page as 0 or 1.
    const std::int64_t number = std::clamp<std::int64_t>(
        Number(parameters, plan, "number", 1), 1, total + 1);
    const std::int64_t size = std::clamp<std::int64_t>(
        Number(parameters, plan, "size", kDefaultPageSize), 1, kMaxPageSize);
    begin = std::min((number - 1) * size, total);
    end = std::min(begin + size, total);
  }
  const std::string into = plan.value("into", "");
  const Descriptor& element = *FindField(response, into)->message_type();
  OrderedJson list = OrderedJson::array();
  for (std::int64_t i = begin; i < end; ++i) {
    OrderedJson object = OrderedJson::object();
    Project(records[static_cast<std::size_t>(i)], element, object);
    Echo(plan, parameters, element, object);
    list.push_back(std::move(object));
  }
  reply[into] = std::move(list);
  if (plan.contains("total")) reply[plan.value("total", "")] = total;
  if (plan.contains("count")) reply[plan.value("count", "")] = end - begin;
}

std::string Envelope(OrderedJson reply) {
  reply["RequestId"] = NewRequestId();
  return Dump({{"Response", std::move(reply)}});
}

}  // namespace

struct ReplyBook::Book {
  json text;
  json no_plan = json::object();

  const json& Plan(const Action& action) const {
    const json& plans = text.at("actions");
    const auto plan = plans.find(action.label);
    return plan == plans.end() ? no_plan : *plan;
  }
};

ReplyBook::ReplyBook()
    : book_(new Book{
          json::parse(EmbeddedReplies().begin(), EmbeddedReplies().end())}) {}

ReplyBook::~ReplyBook() = default;

std::optional<VendorError> ReplyBook::CheckValues(
    const Action& action, const json& parameters) const {
  const json one_of = book_->Plan(action).value("one_of", json::object());
  for (const auto& [name, values] : one_of.items()) {
    const auto parameter = parameters.find(name);
    if (parameter == parameters.end() || parameter->is_null()) continue;
    if (std::find(values.begin(), values.end(), *parameter) == values.end()) {
      return VendorError{
          "InvalidParameterValue",
          absl::StrCat("The value of parameter `", name, "` is not valid.")};
    }
  }
  return std::nullopt;
}

std::string ReplyBook::Answer(const Action& action, const json& parameters,
                              WallTime now) const {
  const json& plan = book_->Plan(action);
  const Descriptor& response = *action.response;
  OrderedJson reply = Blank(response);
  Project(plan.value("reply", json::object()), response, reply);
  if (plan.contains("rows")) {
    const json& all = book_->text.at("rows").at(plan.value("rows", ""));
    const std::vector<json> records = plan.contains("interval")
                                          ? Series(plan, all, parameters, now)
                                          : Select(plan, all, parameters);
    if (plan.contains("into")) {
      AnswerList(plan, parameters, records, response, reply);
    } else {
      Project(records.empty() ? all.front() : records.front(), response, reply);
    }
  }
  Echo(plan, parameters, response, reply);
  return Envelope(std::move(reply));
}

std::string ErrorReply(const VendorError& error) {
  return Envelope(
      {{"Error", {{"Code", error.code}, {"Message", error.message}}}});
}

absl::string_view EmbeddedReplies() {
  return {tcgate_sandbox_replies,
          static_cast<std::size_t>(tcgate_sandbox_replies_end -
                                   tcgate_sandbox_replies)};
}

}  // namespace tcgate
