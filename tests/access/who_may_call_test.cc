// Who may call what: one policy, and for each caller and action the account
// that the call gets or the reason of its refusal.

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "service/access/access.h"

namespace tcgate {
namespace {

constexpr char kUnknown[] = "NO_IDENTITY";
constexpr char kNo[] = "NOT_ALLOWED";

struct Row {
  const char* caller;
  const char* action;
  const char* answer;
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.caller << " " << row.action;
}

class WhoMayCall : public testing::TestWithParam<Row> {
 protected:
  WhoMayCall() {
    Add("door.Open", Effect::kWrite);
    Add("door.Set", Effect::kIdempotent);
    Add("door.List", Effect::kRead);
    Add("door.ListAll", Effect::kRead);
    Add("gate.Open", Effect::kWrite);
    Add("gate.Look", Effect::kRead);
    for (const char* name : {"dev", "prod", "batch", "guest"}) {
      accounts_[name].name = name;
    }
  }

  void Add(const char* label, Effect effect) {
    Action& action = actions_.emplace_back();
    action.index = actions_.size() - 1;
    action.label = label;
    action.effect = effect;
  }

  // In the order of the file.
  std::vector<CallerRule> Policy() {
    CallerRule here = Rule("", "dev", {"door.*"});
    here.anonymous = true;
    const CallerRule web = Rule("spiffe://a.org/ns/web/sa/front", "prod",
                                {"door.List*", "gate.Open"});
    CallerRule audit = Rule("spiffe://a.org/ns/audit", "prod", {"*"});
    audit.read_only = true;
    const CallerRule batch =
        Rule("spiffe://a.org/ns/batch/*", "batch", {"gate.*"});
    // Too late: the rule above fits it first.
    const CallerRule late =
        Rule("spiffe://a.org/ns/batch/sa/late", "prod", {"*"});
    const CallerRule socket =
        Rule("unix:/run/a.sock", "prod", {"door.Set", "*.Look"});
    CallerRule anywhere = Rule("", "guest", {"door.List"});
    anywhere.anonymous = true;
    anywhere.remote = true;
    CallerRule domain = Rule("spiffe://a.org/*", "guest", {"door.*"});
    domain.read_only = true;
    const CallerRule nothing = Rule("spiffe://b.org/idle", "guest", {});
    return {here, web, audit, batch, late, socket, anywhere, domain, nothing};
  }

  CallerRule Rule(const char* id, const char* account,
                  std::vector<std::string> actions) {
    CallerRule rule;
    rule.id = id;
    rule.account = &accounts_[account];
    rule.actions = std::move(actions);
    return rule;
  }

  static Caller CallerOf(const std::string& id) {
    if (id == "here") return {.loopback = true};
    if (id == "elsewhere") return {};
    return {.id = id, .anonymous = false};
  }

  std::map<std::string, Account> accounts_;
  std::deque<Action> actions_;
};

TEST_P(WhoMayCall, IsThePolicyAndNothingElse) {
  const Access access(Policy(), actions_);
  const Row& row = GetParam();
  for (const Action& action : actions_) {
    if (action.label != row.action) continue;
    const auto answer = access.Authorise(CallerOf(row.caller), action, "");
    const Grant* grant = std::get_if<Grant>(&answer);
    EXPECT_EQ(grant != nullptr ? grant->account->name
                               : std::get<Outcome>(answer).reason,
              row.answer);
    return;
  }
  ADD_FAILURE() << "no such action";
}

INSTANTIATE_TEST_SUITE_P(Anonymous, WhoMayCall,
                         testing::Values(Row{"here", "door.Open", "dev"},
                                         Row{"here", "door.Set", "dev"},
                                         Row{"here", "door.List", "dev"},
                                         Row{"here", "door.ListAll", "dev"},
                                         Row{"here", "gate.Open", kNo},
                                         Row{"here", "gate.Look", kNo},
                                         Row{"elsewhere", "door.Open", kNo},
                                         Row{"elsewhere", "door.Set", kNo},
                                         Row{"elsewhere", "door.List", "guest"},
                                         Row{"elsewhere", "door.ListAll", kNo},
                                         Row{"elsewhere", "gate.Open", kNo},
                                         Row{"elsewhere", "gate.Look", kNo}));

INSTANTIATE_TEST_SUITE_P(
    ExactId, WhoMayCall,
    testing::Values(Row{"spiffe://a.org/ns/web/sa/front", "door.Open", kNo},
                    Row{"spiffe://a.org/ns/web/sa/front", "door.Set", kNo},
                    Row{"spiffe://a.org/ns/web/sa/front", "door.List", "prod"},
                    Row{"spiffe://a.org/ns/web/sa/front", "door.ListAll",
                        "prod"},
                    Row{"spiffe://a.org/ns/web/sa/front", "gate.Open", "prod"},
                    Row{"spiffe://a.org/ns/web/sa/front", "gate.Look", kNo},
                    Row{"spiffe://b.org/idle", "door.Open", kNo},
                    Row{"spiffe://b.org/idle", "door.Set", kNo},
                    Row{"spiffe://b.org/idle", "door.List", kNo},
                    Row{"spiffe://b.org/idle", "door.ListAll", kNo},
                    Row{"spiffe://b.org/idle", "gate.Open", kNo},
                    Row{"spiffe://b.org/idle", "gate.Look", kNo}));

INSTANTIATE_TEST_SUITE_P(
    ReadOnly, WhoMayCall,
    testing::Values(Row{"spiffe://a.org/ns/audit", "door.Open", kNo},
                    Row{"spiffe://a.org/ns/audit", "door.Set", kNo},
                    Row{"spiffe://a.org/ns/audit", "door.List", "prod"},
                    Row{"spiffe://a.org/ns/audit", "door.ListAll", "prod"},
                    Row{"spiffe://a.org/ns/audit", "gate.Open", kNo},
                    Row{"spiffe://a.org/ns/audit", "gate.Look", "prod"}));

INSTANTIATE_TEST_SUITE_P(
    BelowAnId, WhoMayCall,
    testing::Values(
        Row{"spiffe://a.org/ns/batch/sa/x", "door.Open", kNo},
        Row{"spiffe://a.org/ns/batch/sa/x", "door.Set", kNo},
        Row{"spiffe://a.org/ns/batch/sa/x", "door.List", kNo},
        Row{"spiffe://a.org/ns/batch/sa/x", "door.ListAll", kNo},
        Row{"spiffe://a.org/ns/batch/sa/x", "gate.Open", "batch"},
        Row{"spiffe://a.org/ns/batch/sa/x", "gate.Look", "batch"},
        Row{"spiffe://a.org/ns/batch/sa/late", "door.Open", kNo},
        Row{"spiffe://a.org/ns/batch/sa/late", "door.Set", kNo},
        Row{"spiffe://a.org/ns/batch/sa/late", "door.List", kNo},
        Row{"spiffe://a.org/ns/batch/sa/late", "door.ListAll", kNo},
        Row{"spiffe://a.org/ns/batch/sa/late", "gate.Open", "batch"},
        Row{"spiffe://a.org/ns/batch/sa/late", "gate.Look", "batch"},
        Row{"spiffe://a.org/ns/batch", "door.Open", kNo},
        Row{"spiffe://a.org/ns/batch", "door.Set", kNo},
        Row{"spiffe://a.org/ns/batch", "door.List", "guest"},
        Row{"spiffe://a.org/ns/batch", "door.ListAll", "guest"},
        Row{"spiffe://a.org/ns/batch", "gate.Open", kNo},
        Row{"spiffe://a.org/ns/batch", "gate.Look", kNo},
        Row{"spiffe://a.org/ns/batches/x", "door.Open", kNo},
        Row{"spiffe://a.org/ns/batches/x", "door.Set", kNo},
        Row{"spiffe://a.org/ns/batches/x", "door.List", "guest"},
        Row{"spiffe://a.org/ns/batches/x", "door.ListAll", "guest"},
        Row{"spiffe://a.org/ns/batches/x", "gate.Open", kNo},
        Row{"spiffe://a.org/ns/batches/x", "gate.Look", kNo},
        Row{"spiffe://a.org/ns/web/sa/front/x", "door.Open", kNo},
        Row{"spiffe://a.org/ns/web/sa/front/x", "door.Set", kNo},
        Row{"spiffe://a.org/ns/web/sa/front/x", "door.List", "guest"},
        Row{"spiffe://a.org/ns/web/sa/front/x", "door.ListAll", "guest"},
        Row{"spiffe://a.org/ns/web/sa/front/x", "gate.Open", kNo},
        Row{"spiffe://a.org/ns/web/sa/front/x", "gate.Look", kNo}));

INSTANTIATE_TEST_SUITE_P(
    UnixSocket, WhoMayCall,
    testing::Values(Row{"unix:/run/a.sock", "door.Open", kNo},
                    Row{"unix:/run/a.sock", "door.Set", "prod"},
                    Row{"unix:/run/a.sock", "door.List", kNo},
                    Row{"unix:/run/a.sock", "door.ListAll", kNo},
                    Row{"unix:/run/a.sock", "gate.Open", kNo},
                    Row{"unix:/run/a.sock", "gate.Look", "prod"},
                    Row{"unix:/run/b.sock", "door.Open", kUnknown},
                    Row{"unix:/run/b.sock", "door.Set", kUnknown},
                    Row{"unix:/run/b.sock", "door.List", kUnknown},
                    Row{"unix:/run/b.sock", "door.ListAll", kUnknown},
                    Row{"unix:/run/b.sock", "gate.Open", kUnknown},
                    Row{"unix:/run/b.sock", "gate.Look", kUnknown}));

INSTANTIATE_TEST_SUITE_P(
    Unknown, WhoMayCall,
    testing::Values(
        Row{"spiffe://a.org", "door.Open", kUnknown},
        Row{"spiffe://a.org", "door.Set", kUnknown},
        Row{"spiffe://a.org", "door.List", kUnknown},
        Row{"spiffe://a.org", "door.ListAll", kUnknown},
        Row{"spiffe://a.org", "gate.Open", kUnknown},
        Row{"spiffe://a.org", "gate.Look", kUnknown},
        Row{"spiffe://a.org.evil.org/ns/audit", "door.Open", kUnknown},
        Row{"spiffe://a.org.evil.org/ns/audit", "door.Set", kUnknown},
        Row{"spiffe://a.org.evil.org/ns/audit", "door.List", kUnknown},
        Row{"spiffe://a.org.evil.org/ns/audit", "door.ListAll", kUnknown},
        Row{"spiffe://a.org.evil.org/ns/audit", "gate.Open", kUnknown},
        Row{"spiffe://a.org.evil.org/ns/audit", "gate.Look", kUnknown},
        Row{"spiffe://b.org/idle/x", "door.Open", kUnknown},
        Row{"spiffe://b.org/idle/x", "door.Set", kUnknown},
        Row{"spiffe://b.org/idle/x", "door.List", kUnknown},
        Row{"spiffe://b.org/idle/x", "door.ListAll", kUnknown},
        Row{"spiffe://b.org/idle/x", "gate.Open", kUnknown},
        Row{"spiffe://b.org/idle/x", "gate.Look", kUnknown},
        Row{"", "door.Open", kUnknown}, Row{"", "door.Set", kUnknown},
        Row{"", "door.List", kUnknown}, Row{"", "door.ListAll", kUnknown},
        Row{"", "gate.Open", kUnknown}, Row{"", "gate.Look", kUnknown}));

}  // namespace
}  // namespace tcgate
