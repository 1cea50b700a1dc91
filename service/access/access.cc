#include "service/access/access.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/glob.h"

namespace tcgate {
namespace {

bool AnyMatches(const std::vector<std::string>& globs,
                absl::string_view label) {
  return std::any_of(globs.begin(), globs.end(), [label](const auto& glob) {
    return GlobMatches(glob, label);
  });
}

Outcome Refused(absl::StatusCode code, const char* reason, std::string message,
                const Caller& caller, const Action& action) {
  Outcome outcome = Refusal(code, reason, std::move(message));
  outcome.metadata = {{"caller", caller.id}, {"action", action.label}};
  return outcome;
}

Outcome NoIdentity(const Caller& caller, const Action& action) {
  const char* way_out =
      caller.anonymous && !caller.loopback
          ? "a caller without an identity is served on loopback only"
          : "`callers` of the configuration needs a rule that matches it";
  return Refused(
      absl::StatusCode::kUnauthenticated, reason::kNoIdentity,
      absl::StrCat("no rule knows the caller `", caller.id, "`: ", way_out),
      caller, action);
}

Outcome NotAllowed(const Caller& caller, const Action& action) {
  return Refused(
      absl::StatusCode::kPermissionDenied, reason::kNotAllowed,
      absl::StrCat("the caller `", caller.id, "` may not call ", action.label,
                   ": `actions` of its rule in the configuration must name it"),
      caller, action);
}

}  // namespace

Access::Access(const std::vector<CallerRule>& rules,
               const std::deque<Action>& actions) {
  for (const CallerRule& rule : rules) {
    std::vector<bool> allowed(actions.size());
    for (const Action& action : actions) {
      allowed[action.index] = AnyMatches(rule.actions, action.label);
    }
    rules_.push_back({rule.anonymous, rule.account, std::move(allowed)});
  }
}

std::variant<Grant, Outcome> Access::Authorise(const Caller& caller,
                                               const Action& action) const {
  for (const Rule& rule : rules_) {
    const bool fits = rule.anonymous && caller.anonymous && caller.loopback;
    if (!fits) continue;
    if (!rule.allowed[action.index]) return NotAllowed(caller, action);
    return Grant{rule.account};
  }
  return NoIdentity(caller, action);
}

}  // namespace tcgate
