#ifndef TCGATE_SERVICE_UPSTREAM_HOSTS_H_
#define TCGATE_SERVICE_UPSTREAM_HOSTS_H_

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/catalog/action.h"
#include "service/http/http.h"
#include "service/upstream/account.h"
#include "service/upstream/breaker.h"
#include "service/upstream/upstream.h"

namespace tcgate {

// What is known of one upstream host. Shared by all accounts that trust it by
// the same `ca_file`, and so fail or succeed there together.
struct Host {
  Endpoint endpoint;
  Breaker breaker;
  // The host's clock less this machine's, as far as it was corrected.
  std::chrono::seconds clock_offset{0};
  std::optional<Breaker::State> shown;  // In the metrics, so far.
  int in_flight = 0;                    // Requests that wait for an answer.
};

// The hosts of accounts and actions, made on first use and kept: one for each
// URL and trust, so that connections with different trust are never shared. All
// of them come from configuration and catalogue, so they are few. Lives on the
// loop's thread.
class Hosts {
 public:
  // As `Upstream::Choose`; `now` is used for the breakers. Both arguments must
  // outlive this object, and the URLs of the account must parse.
  //
  // The hosts are, in order: the account's own endpoint, else the action's
  // host, else the product's on the account's site; then the account's
  // `failover_urls`. None where the site does not serve the product: a call
  // never crosses to the other.
  //
  // A WRITE is no probe while another host is well: it may be what a host that
  // is out of order runs without an answer.
  Route Choose(const Account& account, const Action& action,
               const Endpoint* avoid, MonoTime now);

  // REQUIRES: `endpoint` came from `Choose`.
  Host& Of(const Endpoint& endpoint) { return *hosts_of_.at(&endpoint); }

 private:
  struct Place {
    const Endpoint* endpoint;
    Host* host;
  };
  // The last is `Action::host`, kept by the action.
  using Key = std::tuple<const Account*, const Product*, absl::string_view>;

  const std::vector<Place>& PlacesOf(const Account& account,
                                     const Action& action);
  void Add(const Account& account, absl::string_view url,
           std::vector<Place>& places);

  std::map<Key, std::vector<Place>> places_;
  // By URL and `ca_file`. Entries never move.
  std::map<std::pair<std::string, std::string>, Host> hosts_;
  std::map<const Endpoint*, Host*> hosts_of_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_HOSTS_H_
