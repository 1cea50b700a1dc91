#include "service/upstream/hosts.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "service/upstream/endpoint.h"

namespace tcgate {
namespace {

using State = Breaker::State;

// The host of the vendor's that serves `action` on `site`; empty if none does.
const std::string& HostOf(const Action& action, Site site) {
  const std::string& host = site == Site::kMainland
                                ? action.product->mainland_host
                                : action.product->international_host;
  return host.empty() || action.host.empty() ? host : action.host;
}

Outcome NotServed(const Account& account, const Product& product) {
  const char* site =
      account.site == Site::kMainland ? "mainland" : "international";
  Outcome outcome =
      Refusal(absl::StatusCode::kFailedPrecondition, reason::kInvalidRequest,
              absl::StrCat("`", product.code, "` is not served on the ", site,
                           " site, which account `", account.name,
                           "` belongs to: use an account of the other site"));
  outcome.metadata = {
      {"account", account.name}, {"site", site}, {"product", product.code}};
  return outcome;
}

Outcome CircuitOpen(const std::string& host) {
  Outcome outcome =
      Refusal(absl::StatusCode::kUnavailable, reason::kCircuitOpen,
              absl::StrCat(host,
                           " has failed nearly every attempt of late and is "
                           "being spared; nothing was sent"));
  outcome.metadata = {{"host", host}};
  // Time for a probe and its answer.
  outcome.retry_after = 2 * Breaker::kProbeEvery;
  return outcome;
}

}  // namespace

Route Hosts::Choose(const Account& account, const Action& action,
                    const Endpoint* avoid, MonoTime now) {
  Route route;
  const std::vector<Place>& places = PlacesOf(account, action);
  if (places.empty()) {
    route.refusal = NotServed(account, *action.product);
    return route;
  }
  const bool one_is_well =
      std::any_of(places.begin(), places.end(), [](const Place& place) {
        return place.host->breaker.state() == State::kClosed;
      });

  Host* chosen = nullptr;
  // The avoided one is asked last.
  for (const bool avoided : {false, true}) {
    for (const Place& place : places) {
      if ((place.endpoint == avoid) != avoided) continue;
      const Breaker& breaker = place.host->breaker;
      const bool probe = breaker.state() != State::kClosed;
      if (!breaker.Admits(now)) continue;
      if (probe && one_is_well && action.effect == Effect::kWrite) continue;
      if (route.endpoint == nullptr) {
        route.endpoint = place.endpoint;
        chosen = place.host;
      } else if (route.other == nullptr) {
        route.other = place.endpoint;
      }
    }
  }
  if (chosen == nullptr) {
    route.refusal = CircuitOpen(places.front().endpoint->host);
  } else {
    chosen->breaker.Enter(now);
  }
  return route;
}

const std::vector<Hosts::Place>& Hosts::PlacesOf(const Account& account,
                                                 const Action& action) {
  const Key key(&account, action.product, action.host);
  const auto [found, is_new] = places_.try_emplace(key);
  std::vector<Place>& places = found->second;
  if (!is_new) return places;

  if (!account.endpoint_url.empty()) {
    Add(account, account.endpoint_url, places);
  } else if (const std::string& host = HostOf(action, account.site);
             !host.empty()) {
    Add(account, absl::StrCat("https://", host), places);
  }
  if (places.empty()) return places;
  for (const std::string& url : account.failover_urls) {
    Add(account,
        absl::StrReplaceAll(url, {{"{product}", action.product->code}}),
        places);
  }
  return places;
}

void Hosts::Add(const Account& account, absl::string_view url,
                std::vector<Place>& places) {
  absl::StatusOr<Endpoint> endpoint = ParseEndpointUrl(url);
  // Configuration is checked, and so is the catalogue.
  if (!endpoint.ok()) return;
  endpoint->ca_file = account.ca_file;
  const auto [found, is_new] =
      hosts_.try_emplace({endpoint->url, endpoint->ca_file});
  Host& host = found->second;
  if (is_new) {  // Else requests that are under way refer to what it says.
    host.endpoint = *std::move(endpoint);
    hosts_of_[&host.endpoint] = &host;
  }
  const bool twice =
      std::any_of(places.begin(), places.end(),
                  [&host](const Place& place) { return place.host == &host; });
  if (!twice) places.push_back({&host.endpoint, &host});
}

}  // namespace tcgate
