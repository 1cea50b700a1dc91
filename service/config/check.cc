#include "service/config/check.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/util/time_util.h"
#include "service/base/closest.h"
#include "service/config/check_listen.h"
#include "service/config/formats.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {

namespace pb = ::tcgate::config::v1;

namespace {

using google::protobuf::util::TimeUtil;

// Collects what one configuration gets wrong.
class Checker {
 public:
  Checker(const pb::Config& config, const std::vector<KnownAction>& actions)
      : config_(config), actions_(actions) {
    for (const KnownAction& action : actions) {
      labels_.push_back(action.label);
      products_.insert(action.label.substr(0, action.label.find('.')));
    }
    for (const auto& account : config.accounts()) {
      accounts_.insert(account.first);
    }
  }

  std::vector<std::string> Run() {
    for (int i = 0; i < config_.callers_size(); ++i) {
      CheckCaller(absl::StrCat("callers[", i, "]"), config_.callers(i));
    }
    for (int i = 0; i < config_.products_size(); ++i) {
      CheckProduct(absl::StrCat("products[", i, "]"), config_.products(i));
    }
    CheckListen(config_, faults_);
    CheckTtls();
    CheckGroups();
    CheckBytes();
    CheckDrain();
    return std::move(faults_);
  }

 private:
  void CheckAccount(const std::string& path, const std::string& name) {
    if (accounts_.contains(name)) return;
    Fail(path, ": there is no account ", Quote(name),
         DidYouMean(name, {accounts_.begin(), accounts_.end()}));
  }

  void CheckCaller(const std::string& path, const pb::CallerRule& rule) {
    CheckAccount(absl::StrCat(path, ".account"), rule.account());
    for (int i = 0; i < rule.accounts_size(); ++i) {
      CheckAccount(absl::StrCat(path, ".accounts[", i, "]"), rule.accounts(i));
    }
    for (int i = 0; i < rule.actions_size(); ++i) {
      CheckActions(absl::StrCat(path, ".actions[", i, "]"), rule.actions(i));
    }
  }

  // A star may fit what a later catalogue has; what stands without one is a
  // name that can be misspelt.
  void CheckActions(const std::string& path, absl::string_view pattern) {
    if (absl::StrContains(pattern, "*")) {
      const absl::string_view product = pattern.substr(0, pattern.find('.'));
      if (!absl::StrContains(product, "*")) CheckProduct(path, product);
    } else if (absl::c_find(labels_, pattern) == labels_.end()) {
      FailUnknownAction(path, pattern);
    }
  }

  void CheckProduct(const std::string& path, absl::string_view product) {
    if (products_.contains(product)) return;
    Fail(path, ": the catalogue has no product ", Quote(product),
         DidYouMean(product, {products_.begin(), products_.end()}));
  }

  // In the order of the names: a map of protobuf has none.
  void CheckTtls() {
    const absl::btree_map<std::string, google::protobuf::Duration> ttls(
        config_.cache().ttl().begin(), config_.cache().ttl().end());
    for (const auto& [label, ttl] : ttls) {
      CheckTtl(
          absl::StrCat("cache.ttl.", label), label,
          std::chrono::milliseconds(TimeUtil::DurationToMilliseconds(ttl)));
    }
  }

  void CheckTtl(const std::string& path, absl::string_view label,
                std::chrono::milliseconds ttl) {
    const auto found = absl::c_find_if(actions_, [label](const auto& action) {
      return action.label == label;
    });
    if (found == actions_.end()) return FailUnknownAction(path, label);
    if (!found->read) {
      Fail(path, ": only what changes nothing may be served again");
    } else if (found->ttl.count() > 0 && ttl > found->ttl) {
      Fail(path, ": may not be longer than the action's own option, ",
           absl::FormatDuration(absl::FromChrono(found->ttl)));
    }
  }

  // Two shares of one limit would each be taken of the whole.
  void CheckGroups() {
    const absl::btree_map<std::string, pb::Account> accounts(
        config_.accounts().begin(), config_.accounts().end());
    absl::btree_map<std::string, std::pair<std::string, double>> groups;
    for (const auto& [name, account] : accounts) {
      const std::string& group =
          account.quota_group().empty() ? name : account.quota_group();
      const auto [known, added] =
          groups.try_emplace(group, name, account.share());
      if (!added && known->second.second != account.share()) {
        Fail("accounts.", name, ".share: must be that of accounts.",
             known->second.first, ", which has the same quota_group");
      }
    }
  }

  // A request that never fits would be told to try again for ever. It is held
  // as it came, as it waits and as it is sent: see gateway.cc.
  void CheckBytes() {
    const pb::Limits& limits = config_.limits();
    const std::int64_t one = 3 * limits.request_bytes();
    const auto check = [this, one](const char* key, std::int64_t bytes) {
      if (bytes >= one) return;
      Fail("limits.", key, ": must be at least three times ",
           "limits.request_bytes, ", one);
    };
    check("bytes_in_flight", limits.bytes_in_flight());
    check("waiting_bytes", limits.waiting_bytes());
    if (limits.caller_bytes_in_flight() > 0) {
      check("caller_bytes_in_flight", limits.caller_bytes_in_flight());
    }
  }

  void CheckDrain() {
    const pb::Drain& drain = config_.drain();
    const auto age =
        TimeUtil::DurationToMilliseconds(drain.max_connection_age());
    // A tenth above the age is the oldest that a connection gets.
    if (10 * TimeUtil::DurationToMilliseconds(drain.timeout()) < 11 * age) {
      Fail("drain",
           ".timeout: must be at least 1.1 times max_connection_age, "
           "or open calls are cut");
    }
  }

  void FailUnknownAction(const std::string& path, absl::string_view label) {
    Fail(path, ": the catalogue has no action ", Quote(label),
         DidYouMean(label, labels_));
  }

  template <typename... Parts>
  void Fail(const Parts&... parts) {
    faults_.push_back(absl::StrCat(parts...));
  }

  const pb::Config& config_;
  const std::vector<KnownAction>& actions_;
  std::vector<absl::string_view> labels_;
  absl::btree_set<absl::string_view> products_;
  absl::btree_set<absl::string_view> accounts_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> CheckConfig(const pb::Config& config,
                                     const std::vector<KnownAction>& actions) {
  return Checker(config, actions).Run();
}

}  // namespace tcgate
