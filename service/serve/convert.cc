#include "service/serve/convert.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"

namespace tcgate {
namespace {

namespace pb = ::tcgate::config::v1;

std::chrono::milliseconds Milliseconds(
    const google::protobuf::Duration& duration) {
  return std::chrono::milliseconds(
      google::protobuf::util::TimeUtil::DurationToMilliseconds(duration));
}

}  // namespace

std::vector<std::string> Labels(const Catalog& catalog) {
  std::vector<std::string> labels;
  for (const Action& action : catalog.actions()) labels.push_back(action.label);
  return labels;
}

AccessLog::Level AccessLevel(const pb::Log& log) {
  switch (log.access()) {
    case pb::Log::ACCESS_SAMPLED:
      return AccessLog::Level::kSampled;
    case pb::Log::ACCESS_ERRORS:
      return AccessLog::Level::kErrors;
    default:
      return AccessLog::Level::kAll;
  }
}

GatewayOptions GatewayOptionsOf(const pb::Config& config,
                                const Catalog& catalog) {
  const pb::Limits& limits = config.limits();
  const auto bytes = [](std::int64_t value) {
    return static_cast<std::size_t>(value);
  };
  GatewayOptions options;
  options.admission.calls = limits.calls_in_flight();
  options.admission.caller_calls = limits.caller_calls_in_flight();
  options.admission.caller_bytes = bytes(limits.caller_bytes_in_flight());
  options.bytes_in_flight = bytes(limits.bytes_in_flight());
  options.request_bytes = bytes(limits.request_bytes());
  options.accounts = static_cast<std::size_t>(config.accounts_size());
  options.quota.waiting_calls =
      static_cast<std::size_t>(limits.waiting_calls());
  options.quota.waiting_bytes = bytes(limits.waiting_bytes());

  const pb::Cache& cache = config.cache();
  options.replies.bytes = bytes(cache.bytes());
  for (const Action& action : catalog.actions()) {
    const auto ttl = cache.ttl().find(action.label);
    options.replies.ttl.push_back(ttl == cache.ttl().end()
                                      ? action.cache_ttl
                                      : Milliseconds(ttl->second));
  }
  options.replies.stale_while_revalidate =
      Milliseconds(cache.stale_while_revalidate());
  options.replies.stale_if_error = Milliseconds(cache.stale_if_error());
  options.replies.not_found_ttl = Milliseconds(cache.not_found_ttl());

  options.attempts.read_timeout =
      Milliseconds(config.attempts().read_timeout());
  options.attempts.hedge_after = Milliseconds(config.attempts().hedge_after());
  options.attempts.stream_idle = Milliseconds(limits.stream_idle());
  return options;
}

EdgeOptions EdgeOptionsOf(const pb::Config& config) {
  EdgeOptions options;
  options.listen.clear();
  for (const pb::Listener& listener : config.listen()) {
    ListenOptions& listen = options.listen.emplace_back();
    listen.address = listener.address();
    listen.plaintext = listener.plaintext();
    if (listener.has_tls()) {
      listen.tls =
          TlsFiles{listener.tls().cert_file(), listener.tls().key_file(),
                   listener.tls().client_ca_file()};
    }
  }
  for (const pb::Proxy& proxy : config.proxies()) {
    options.proxies.push_back(proxy.has_unix()
                                  ? absl::StrCat("unix:", proxy.unix())
                                  : proxy.spiffe());
  }
  options.products.assign(config.products().begin(), config.products().end());
  options.request_bytes =
      static_cast<std::size_t>(config.limits().request_bytes());
  options.bytes_in_flight =
      static_cast<std::size_t>(config.limits().bytes_in_flight());
  options.reflection = config.reflection();
  options.max_connection_age =
      Milliseconds(config.drain().max_connection_age());
  options.max_connection_age_grace = Milliseconds(config.drain().grace());
  options.drain_timeout = Milliseconds(config.drain().timeout());
  return options;
}

KeeperClient::Options KeeperClientOptions(const Settings& settings) {
  KeeperClient::Options options;
  for (const auto& account : settings.config->accounts()) {
    options.accounts.push_back(account.first);
  }
  options.products = settings.ProductCodes();
  return options;
}

}  // namespace tcgate
