#ifndef TCGATE_SERVICE_ACCESS_ACCESS_H_
#define TCGATE_SERVICE_ACCESS_ACCESS_H_

#include <deque>
#include <string>
#include <variant>
#include <vector>

#include "service/base/outcome.h"
#include "service/catalog/action.h"
#include "service/upstream/account.h"

namespace tcgate {

// Who calls, as the edge found out.
struct Caller {
  std::string id = "anonymous";  // For logs. `anonymous` has no identity.
  bool anonymous = true;
  bool loopback = false;  // The peer is on this machine.
};

// What policy gives a caller for an action.
struct Grant {
  const Account* account = nullptr;
};

// One rule of the configuration. The first whose match fits the caller decides;
// later ones are not asked.
struct CallerRule {
  bool anonymous = false;  // Matches callers without identity, on loopback.
  const Account* account = nullptr;
  // Globs over labels, `product.*`, `product.Describe*`; see glob.h. None
  // allows nothing.
  std::vector<std::string> actions;
};

// Who may do what with which account. Immutable, thread-safe. Nobody may call
// unless a rule says so.
class Access {
 public:
  // `actions` are the catalogue's: the globs are held against them here, once,
  // so that a call costs the search of its rule and the look at one bit. The
  // accounts must outlive this object.
  Access(const std::vector<CallerRule>& rules,
         const std::deque<Action>& actions);

  // Returns the grant, or the refusal: UNAUTHENTICATED, NO_IDENTITY for a
  // caller that no rule knows; PERMISSION_DENIED, NOT_ALLOWED for one that may
  // not call this action. Both name caller and action in the metadata.
  std::variant<Grant, Outcome> Authorise(const Caller& caller,
                                         const Action& action) const;

 private:
  struct Rule {
    bool anonymous;
    const Account* account;
    std::vector<bool> allowed;  // By `Action::index`.
  };

  std::vector<Rule> rules_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_ACCESS_ACCESS_H_
