#include "service/sandbox/plans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "google/protobuf/descriptor.h"
#include "service/catalog/action.h"
#include "service/sandbox/call.h"
#include "tests/sandbox/signed_request.h"

namespace tcgate {
namespace {

using nlohmann::json;
using Names = std::set<std::string>;

Names Members(const google::protobuf::Descriptor& message) {
  Names names;
  for (int i = 0; i < message.field_count(); ++i) {
    names.insert(message.field(i)->json_name());
  }
  return names;
}

// Checks that each key of a plan says what the catalogue, or a kind, has.
class PlanCheck {
 public:
  PlanCheck(const Plans& plans, const Action& action)
      : plans_(plans),
        plan_(plans.ForAction(action.label)),
        label_(action.label),
        asked_(Members(*action.request)),
        told_(Members(*action.response)) {}

  void Run() {
    for (const auto& [key, value] : plan_.items()) {
      if (key == "create" || key == "modify" || key == "delete" ||
          key == "show") {
        Kind(value);
      } else if (key == "needs" || key == "touches") {
        for (const json& kind : value) Kind(kind);
      } else if (key == "parts") {
        for (const auto& [kind, number] : value.items()) Kind(kind);
      } else if (key == "rows") {
        if (FindRows(value) == nullptr) Kind(value);
      } else if (key == "view") {
        EXPECT_NE(FindView(value), nullptr) << label_ << " " << value;
      } else if (key == "step") {
        EXPECT_NE(FindStep(value), nullptr) << label_ << " " << value;
      } else if (key == "into" || key == "total" || key == "count" ||
                 key == "failed") {
        Told(value);
      } else if (key == "reply" || key == "absent") {
        for (const auto& [name, fixed] : value.items()) Told(name);
      } else if (key == "number" || key == "size" || key == "offset" ||
                 key == "start" || key == "end" || key == "each") {
        Asked(value);
      } else if (key == "echo") {
        for (const json& name : value) Asked(name);
      } else if (key == "where" || key == "search" || key == "one_of" ||
                 key == "range" || key == "longest" || key == "letters" ||
                 key == "rising" || key == "rename" || key == "wrong") {
        for (const auto& [name, rule] : value.items()) Asked(name);
      } else {
        EXPECT_THAT(key, testing::AnyOf("at", "within", "member", "unknown",
                                        "again", "limit_code"))
            << label_;
      }
    }
  }

 private:
  void Kind(const std::string& name) const {
    EXPECT_TRUE(plans_.kinds().contains(name)) << label_ << " " << name;
  }
  void Asked(const std::string& name) const {
    EXPECT_TRUE(asked_.contains(name)) << label_ << " " << name;
  }
  void Told(const std::string& name) const {
    EXPECT_TRUE(told_.contains(name)) << label_ << " " << name;
  }

  const Plans& plans_;
  const json& plan_;
  const std::string label_;
  const Names asked_;
  const Names told_;
};

TEST(PlansTest, EveryPlanNamesWhatTheCatalogueHas) {
  const Plans plans;
  for (const auto& [label, plan] : plans.actions().items()) {
    const Action* action = ShippedCatalog().FindLabel(label);
    ASSERT_NE(action, nullptr) << label;
    PlanCheck(plans, *action).Run();
  }
}

TEST(PlansTest, EveryKindIsWhole) {
  const Plans plans;
  const Names known = {"called",  "key",   "of",     "scope",  "by",
                       "keeps",   "makes", "stamps", "seeds",  "defaults",
                       "later",   "like",  "view",   "forget", "unique",
                       "unknown", "exists"};
  for (const auto& [name, kind] : plans.kinds().items()) {
    EXPECT_TRUE(kind.contains("called") && kind.contains("key")) << name;
    for (const auto& [key, value] : kind.items()) {
      EXPECT_TRUE(known.contains(key)) << name << " " << key;
      if (key == "of" || key == "like") {
        EXPECT_TRUE(plans.kinds().contains(value)) << name;
      }
      if (key == "view" || key == "forget") {
        EXPECT_NE(FindView(value), nullptr) << name << " " << value;
      }
    }
  }
}

TEST(PlansTest, ARestrictedValueIsRefusedByName) {
  const json plan = {{"one_of", {{"Mode", {0, 1}}}},
                     {"range", {{"Count", {1, 100}}}},
                     {"longest", {{"Name", 3}}},
                     {"letters", {{"Id", "abc"}}}};
  const auto refused = [&](const json& parameters) {
    const auto error = CheckValues(plan, parameters);
    return error.has_value() ? error->message : "";
  };
  EXPECT_EQ(refused(json::object()), "");
  EXPECT_EQ(refused({{"Mode", nullptr}}), "");
  EXPECT_EQ(refused({{"Mode", 1}, {"Count", 100}, {"Id", "cab"}}), "");
  EXPECT_EQ(refused({{"Name", "\u672a\u547d\u540d"}}), "") << "characters";
  const std::pair<json, const char*> rows[] = {
      {{{"Mode", 2}}, "Mode"},     {{{"Count", 0}}, "Count"},
      {{{"Count", 101}}, "Count"}, {{{"Name", "abcd"}}, "Name"},
      {{{"Id", "abd"}}, "Id"},     {{{"Id", ""}}, "Id"}};
  for (const auto& [parameters, name] : rows) {
    EXPECT_EQ(refused(parameters), "The value of parameter `" +
                                       std::string(name) + "` is not valid.");
  }
}

}  // namespace
}  // namespace tcgate
