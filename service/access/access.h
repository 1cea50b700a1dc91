#ifndef TCGATE_SERVICE_ACCESS_ACCESS_H_
#define TCGATE_SERVICE_ACCESS_ACCESS_H_

#include <cstddef>
#include <deque>
#include <string>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "service/base/outcome.h"
#include "service/catalog/action.h"
#include "service/upstream/account.h"

namespace tcgate {

// Who calls, as the edge found out.
struct Caller {
  // `spiffe://domain/path`, `unix:/path` of the socket that the call came
  // through, `anonymous` or `unidentified`. For rules and logs.
  std::string id = "anonymous";
  bool anonymous = true;  // Has no identity; then `id` says nothing.
  bool loopback = false;  // Of an anonymous one: certainly on this machine.
  // Of one that must have an identity and has none: why, a literal. No rule
  // fits it.
  const char* fault = nullptr;
};

// What policy gives a caller for an action.
struct Grant {
  const Account* account = nullptr;
  int weight = 1;  // 1 to 1000: of its turns among the calls that wait.
};

// One rule of the configuration. The first whose match fits the caller decides;
// later ones are not asked.
struct CallerRule {
  bool anonymous = false;  // Matches callers without identity, on loopback,
  bool remote = false;     // and, with `anonymous`, from anywhere else.
  // Matches this `Caller::id`, or all that begin with what stands before the
  // star if it ends in `/*`. Empty: none.
  std::string id;
  const Account* account = nullptr;
  // Further accounts that the caller may choose by their names.
  std::vector<const Account*> choices;
  // Globs over labels, `product.*`, `product.Describe*`; see glob.h. None
  // allows nothing.
  std::vector<std::string> actions;
  bool read_only = false;  // Allows of these only what changes nothing.
  int weight = 1;          // As `Grant::weight`.
};

// Who may do what with which account. Immutable, thread-safe. Nobody may call
// unless a rule says so.
class Access {
 public:
  // `actions` are the catalogue's: the globs are held against them here, once.
  // So a call costs a look-up of the caller, one more for each `/` of its id if
  // there are rules with a star, and the look at one bit. The accounts must
  // outlive this object.
  Access(const std::vector<CallerRule>& rules,
         const std::deque<Action>& actions);

  // `account` is the one that the call asks for by name; empty: the rule's.
  //
  // Returns the grant, or the refusal: UNAUTHENTICATED, NO_IDENTITY for a
  // caller that no rule knows; PERMISSION_DENIED, NOT_ALLOWED for one that may
  // not call this action, or not with this account: whether there is such an
  // account it does not learn. Both name caller and action in the metadata.
  std::variant<Grant, Outcome> Authorise(const Caller& caller,
                                         const Action& action,
                                         absl::string_view account) const;

 private:
  struct Rule {
    Grant grant;
    std::vector<const Account*> choices;
    bool read_only;
    std::vector<bool> allowed;  // By `Action::index`.
  };
  // By what a rule matches, the first that does so.
  using Index = absl::flat_hash_map<std::string, std::size_t>;

  // The first rule that fits; `rules_.size()` if none does.
  std::size_t RuleOf(const Caller& caller) const;

  std::vector<Rule> rules_;
  std::size_t anonymous_here_;
  std::size_t anonymous_anywhere_;
  Index ids_;
  Index prefixes_;  // With the slash, without the star.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_ACCESS_ACCESS_H_
