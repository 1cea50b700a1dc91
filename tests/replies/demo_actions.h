#ifndef TCGATE_TESTS_REPLIES_DEMO_ACTIONS_H_
#define TCGATE_TESTS_REPLIES_DEMO_ACTIONS_H_

#include <deque>
#include <string>
#include <vector>

#include "service/catalog/action.h"
#include "service/upstream/account.h"

namespace tcgate {

// Two products, one of them in two versions, with reads and writes of every
// kind of tagging; and two accounts.
struct DemoActions {
  DemoActions() {
    accounts[0].name = "one";
    accounts[1].name = "two";
    accounts[1].index = 1;
  }
  DemoActions(const DemoActions&) = delete;
  DemoActions& operator=(const DemoActions&) = delete;

  static std::deque<Product> Named(const std::vector<std::string>& codes) {
    std::deque<Product> named;
    for (const std::string& code : codes) named.emplace_back().code = code;
    return named;
  }

  const Action& Add(int product, Effect effect,
                    const std::vector<std::string>& tags) {
    Action& action = actions.emplace_back();
    action.index = actions.size() - 1;
    action.product = &products[static_cast<std::size_t>(product)];
    action.effect = effect;
    for (const std::string& tag : tags) {
      (effect == Effect::kRead ? action.reads : action.writes)
          .push_back(action.product->code + "/" + tag);
    }
    return action;
  }

  // Before the actions, which point into it.
  std::deque<Product> products = Named({"demo", "demo", "other"});
  std::deque<Action> actions;
  Account accounts[2];

  const Account& one = accounts[0];
  const Account& two = accounts[1];
  const Action& read_a = Add(0, Effect::kRead, {"a"});
  const Action& read_b = Add(0, Effect::kRead, {"b"});
  const Action& read_ab = Add(0, Effect::kRead, {"a", "b"});
  const Action& read_all = Add(0, Effect::kRead, {});
  const Action& write_a = Add(0, Effect::kWrite, {"a"});
  const Action& write_b = Add(0, Effect::kIdempotent, {"b"});
  const Action& write_all = Add(0, Effect::kWrite, {});
  const Action& old_read_a = Add(1, Effect::kRead, {"a"});
  const Action& other_read_a = Add(2, Effect::kRead, {"a"});
  const Action& other_write_all = Add(2, Effect::kWrite, {});
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_REPLIES_DEMO_ACTIONS_H_
