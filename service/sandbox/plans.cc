#include "service/sandbox/plans.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

// Bounds of what plans.S includes.
extern "C" {
extern const char tcgate_sandbox_trro[];
extern const char tcgate_sandbox_trro_end[];
extern const char tcgate_sandbox_trtc[];
extern const char tcgate_sandbox_trtc_end[];
}

namespace tcgate {
namespace {

using nlohmann::json;

absl::string_view Between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

VendorError WrongValue(const json& plan, const std::string& name) {
  return {Member(plan, "wrong").value(name, "InvalidParameterValue"),
          absl::StrCat("The value of parameter `", name, "` is not valid.")};
}

// Characters, not bytes: documented lengths count those.
std::size_t Length(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool Fits(const std::string& rule, const json& bound, const json& value) {
  if (rule == "one_of") {
    return std::find(bound.begin(), bound.end(), value) != bound.end();
  }
  if (rule == "range") return value >= bound.at(0) && value <= bound.at(1);
  const std::string& text = value.get_ref<const std::string&>();
  if (rule == "longest") return Length(text) <= bound;
  return !text.empty() &&
         text.find_first_not_of(bound.get_ref<const std::string&>()) ==
             std::string::npos;
}

}  // namespace

Plans::Plans() {
  for (const absl::string_view text : EmbeddedPlans()) {
    const json plans = json::parse(text.begin(), text.end());
    kinds_.update(plans.at("kinds"));
    actions_.update(plans.at("actions"));
  }
  for (auto& [name, kind] : kinds_.items()) {
    if (!kind.contains("like")) continue;
    json whole = kinds_.at(kind.at("like").get<std::string>());
    whole.update(kind);
    kind = std::move(whole);
  }
}

const json& Plans::ForAction(const std::string& label) const {
  const auto plan = actions_.find(label);
  return plan == actions_.end() ? nothing_ : *plan;
}

Records::Keys Plans::Keys() const {
  Records::Keys keys;
  for (const auto& [name, kind] : kinds_.items()) {
    keys[name] = kind.at("key").get<std::vector<std::string>>();
  }
  return keys;
}

std::optional<VendorError> CheckValues(const json& plan,
                                       const json& parameters) {
  for (const std::string rule : {"one_of", "range", "longest", "letters"}) {
    for (const auto& [name, bound] : Member(plan, rule).items()) {
      const json* value = Given(parameters, name);
      if (value != nullptr && !Fits(rule, bound, *value)) {
        return WrongValue(plan, name);
      }
    }
  }
  return std::nullopt;
}

std::vector<absl::string_view> EmbeddedPlans() {
  return {Between(tcgate_sandbox_trro, tcgate_sandbox_trro_end),
          Between(tcgate_sandbox_trtc, tcgate_sandbox_trtc_end)};
}

}  // namespace tcgate
