#include "service/access/access.h"

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tcgate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::deque<Action> Actions(const std::vector<std::string>& labels) {
  std::deque<Action> actions;
  for (const std::string& label : labels) {
    Action& action = actions.emplace_back();
    action.index = actions.size() - 1;
    action.label = label;
  }
  return actions;
}

class AccessTest : public testing::Test {
 protected:
  AccessTest() {
    local_.loopback = true;
    first_.name = "first";
    second_.name = "second";
  }

  static CallerRule Rule(bool anonymous, const Account& account,
                         std::vector<std::string> actions) {
    CallerRule rule;
    rule.anonymous = anonymous;
    rule.account = &account;
    rule.actions = std::move(actions);
    return rule;
  }

  // What `caller` gets for `actions_[action]`: the account, or the reason.
  std::string Ask(const std::vector<CallerRule>& rules, const Caller& caller,
                  std::size_t action, absl::string_view account = "") const {
    const Access access(rules, actions_);
    const auto answer = access.Authorise(caller, actions_[action], account);
    if (const Grant* grant = std::get_if<Grant>(&answer)) {
      return grant->account->name;
    }
    const Outcome& refusal = std::get<Outcome>(answer);
    EXPECT_EQ(refusal.ran, Ran::kNo);
    EXPECT_EQ(refusal.decided_by, DecidedBy::kGateway);
    return refusal.reason;
  }

  int WeightOf(const CallerRule& rule) const {
    return std::get<Grant>(
               Access({rule}, actions_).Authorise(local_, actions_[0], ""))
        .weight;
  }

  const std::deque<Action> actions_ =
      Actions({"door.Open", "door.List", "door.ListAll", "gate.Open"});
  Account first_;
  Account second_;
  Caller local_;
};

TEST_F(AccessTest, NobodyMayCallUnlessARuleSaysSo) {
  EXPECT_EQ(Ask({}, local_, 0), "NO_IDENTITY");
}

TEST_F(AccessTest, ARuleForAnonymousCallersHoldsOnLoopbackOnly) {
  const std::vector<CallerRule> rules = {Rule(true, first_, {"*"})};
  EXPECT_EQ(Ask(rules, local_, 0), "first");
  EXPECT_EQ(Ask(rules, Caller(), 0), "NO_IDENTITY");
}

TEST_F(AccessTest, ARuleForAnonymousCallersHoldsForNobodyElse) {
  Caller named;
  named.id = "spiffe://example.org/a";
  named.anonymous = false;
  named.loopback = true;
  EXPECT_EQ(Ask({Rule(true, first_, {"*"})}, named, 0), "NO_IDENTITY");
}

TEST_F(AccessTest, ARuleThatMatchesNobodyIsPassedOver) {
  EXPECT_EQ(Ask({Rule(false, first_, {"*"})}, local_, 0), "NO_IDENTITY");
  EXPECT_EQ(
      Ask({Rule(false, first_, {"*"}), Rule(true, second_, {"*"})}, local_, 0),
      "second");
}

TEST_F(AccessTest, OnlyTheActionsOfTheRuleAreAllowed) {
  const std::vector<CallerRule> rules = {
      Rule(true, first_, {"door.List*", "gate.Open"})};
  EXPECT_EQ(Ask(rules, local_, 0), "NOT_ALLOWED");
  EXPECT_EQ(Ask(rules, local_, 1), "first");
  EXPECT_EQ(Ask(rules, local_, 2), "first");
  EXPECT_EQ(Ask(rules, local_, 3), "first");
}

TEST_F(AccessTest, ARuleWithoutActionsAllowsNothing) {
  EXPECT_EQ(Ask({Rule(true, first_, {})}, local_, 0), "NOT_ALLOWED");
}

TEST_F(AccessTest, TheFirstRuleThatMatchesDecidesAlsoAgainstTheCaller) {
  EXPECT_EQ(Ask({Rule(true, first_, {"gate.*"}), Rule(true, second_, {"*"})},
                local_, 0),
            "NOT_ALLOWED");
}

TEST_F(AccessTest, TheGrantHasTheWeightOfItsRule) {
  CallerRule rule = Rule(true, first_, {"*"});
  EXPECT_EQ(WeightOf(rule), 1);
  rule.weight = 7;
  EXPECT_EQ(WeightOf(rule), 7);
}

TEST_F(AccessTest, ARefusalSaysWhoAskedForWhatAndWhatToDo) {
  const Access access({Rule(true, first_, {"gate.*"})}, actions_);
  const Outcome not_allowed =
      std::get<Outcome>(access.Authorise(local_, actions_[0], ""));
  EXPECT_EQ(not_allowed.code, absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(not_allowed.message, HasSubstr("`actions`"));
  EXPECT_THAT(not_allowed.metadata, ElementsAre(Pair("caller", "anonymous"),
                                                Pair("action", "door.Open")));

  CallerRule reader = Rule(true, first_, {"*"});
  reader.read_only = true;
  const Outcome read_only = std::get<Outcome>(
      Access({reader}, actions_).Authorise(local_, actions_[0], ""));
  EXPECT_THAT(read_only.message, HasSubstr("`read_only`"));

  const Outcome remote =
      std::get<Outcome>(access.Authorise(Caller(), actions_[3], ""));
  EXPECT_EQ(remote.code, absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(remote.message, HasSubstr("loopback"));
  EXPECT_THAT(remote.metadata, ElementsAre(Pair("caller", "anonymous"),
                                           Pair("action", "gate.Open")));

  const Outcome unknown = std::get<Outcome>(
      Access({}, actions_).Authorise(local_, actions_[3], ""));
  EXPECT_EQ(unknown.code, absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(unknown.message, HasSubstr("`callers`"));
}

TEST_F(AccessTest, AnAccountIsChosenOnlyAmongThoseOfTheRule) {
  CallerRule rule = Rule(true, first_, {"*"});
  EXPECT_EQ(Ask({rule}, local_, 0, "first"), "first");
  EXPECT_EQ(Ask({rule}, local_, 0, "second"), "NOT_ALLOWED");
  EXPECT_EQ(Ask({rule}, local_, 0, "nowhere"), "NOT_ALLOWED");
  rule.choices = {&second_};
  EXPECT_EQ(Ask({rule}, local_, 0), "first");
  EXPECT_EQ(Ask({rule}, local_, 0, "second"), "second");
  EXPECT_EQ(Ask({rule}, local_, 0, "nowhere"), "NOT_ALLOWED");
}

}  // namespace
}  // namespace tcgate
