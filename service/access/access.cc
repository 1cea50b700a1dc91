#include "service/access/access.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
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

const char* WhyUnknown(const Caller& caller) {
  if (caller.fault != nullptr) return caller.fault;
  if (caller.anonymous && !caller.loopback) {
    return "a caller without an identity is served on loopback only, unless a "
           "rule matches {anonymous: true, remote: true}";
  }
  return "`callers` of the configuration needs a rule that matches it";
}

Outcome NoIdentity(const Caller& caller, const Action& action) {
  return Refused(absl::StatusCode::kUnauthenticated, reason::kNoIdentity,
                 absl::StrCat("no rule knows the caller `", caller.id,
                              "`: ", WhyUnknown(caller)),
                 caller, action);
}

Outcome NotAllowed(const Caller& caller, const Action& action, bool read_only) {
  const char* way_out = read_only && action.effect != Effect::kRead
                            ? "its rule in the configuration is `read_only`"
                            : "`actions` of its rule in the configuration must "
                              "name it";
  return Refused(absl::StatusCode::kPermissionDenied, reason::kNotAllowed,
                 absl::StrCat("the caller `", caller.id, "` may not call ",
                              action.label, ": ", way_out),
                 caller, action);
}

Outcome NotWith(const Caller& caller, const Action& action,
                absl::string_view account) {
  return Refused(absl::StatusCode::kPermissionDenied, reason::kNotAllowed,
                 absl::StrCat("the caller `", caller.id,
                              "` may not choose the account `", account,
                              "`: `accounts` of its rule in the configuration "
                              "must name it"),
                 caller, action);
}

std::vector<bool> AllowedBy(const CallerRule& rule,
                            const std::deque<Action>& actions) {
  std::vector<bool> allowed(actions.size());
  for (const Action& action : actions) {
    allowed[action.index] =
        (!rule.read_only || action.effect == Effect::kRead) &&
        AnyMatches(rule.actions, action.label);
  }
  return allowed;
}

// Keeps the earlier one.
void SetFirst(std::size_t& first, std::size_t rule) {
  first = std::min(first, rule);
}

}  // namespace

Access::Access(const std::vector<CallerRule>& rules,
               const std::deque<Action>& actions)
    : anonymous_here_(rules.size()), anonymous_anywhere_(rules.size()) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const CallerRule& rule = rules[i];
    rules_.push_back({{rule.account, rule.weight},
                      rule.choices,
                      rule.read_only,
                      AllowedBy(rule, actions)});
    if (rule.anonymous) {
      SetFirst(anonymous_here_, i);
      if (rule.remote) SetFirst(anonymous_anywhere_, i);
    }
    if (absl::EndsWith(rule.id, "/*")) {
      prefixes_.emplace(rule.id.substr(0, rule.id.size() - 1), i);
    } else if (!rule.id.empty()) {
      ids_.emplace(rule.id, i);
    }
  }
}

std::size_t Access::RuleOf(const Caller& caller) const {
  if (caller.fault != nullptr) return rules_.size();
  if (caller.anonymous) {
    return caller.loopback ? anonymous_here_ : anonymous_anywhere_;
  }
  std::size_t first = rules_.size();
  if (const auto found = ids_.find(caller.id); found != ids_.end()) {
    first = found->second;
  }
  if (prefixes_.empty()) return first;
  const absl::string_view id = caller.id;
  // What is below a prefix is longer than it.
  for (std::size_t end = 1; end < id.size(); ++end) {
    if (id[end - 1] != '/') continue;
    const auto found = prefixes_.find(id.substr(0, end));
    if (found != prefixes_.end()) SetFirst(first, found->second);
  }
  return first;
}

std::variant<Grant, Outcome> Access::Authorise(
    const Caller& caller, const Action& action,
    absl::string_view account) const {
  const std::size_t index = RuleOf(caller);
  if (index == rules_.size()) return NoIdentity(caller, action);
  const Rule& rule = rules_[index];
  if (!rule.allowed[action.index]) {
    return NotAllowed(caller, action, rule.read_only);
  }
  if (account.empty() || account == rule.grant.account->name) return rule.grant;
  for (const Account* choice : rule.choices) {
    if (choice->name == account) return Grant{choice, rule.grant.weight};
  }
  return NotWith(caller, action, account);
}

}  // namespace tcgate
