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

GatewayLimits GatewayLimitsOf(const pb::Limits& limits) {
  GatewayLimits converted;
  converted.calls_in_flight = limits.calls_in_flight();
  converted.bytes_in_flight =
      static_cast<std::size_t>(limits.bytes_in_flight());
  converted.request_bytes = static_cast<std::size_t>(limits.request_bytes());
  converted.stream_idle = Milliseconds(limits.stream_idle());
  return converted;
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
  const GatewayLimits limits = GatewayLimitsOf(config.limits());
  options.request_bytes = limits.request_bytes;
  options.bytes_in_flight = limits.bytes_in_flight;
  options.reflection = config.reflection();
  options.max_connection_age =
      Milliseconds(config.drain().max_connection_age());
  options.max_connection_age_grace = Milliseconds(config.drain().grace());
  options.drain_timeout = Milliseconds(config.drain().timeout());
  return options;
}

KeeperClient::Options KeeperClientOptions(
    const Settings& settings, std::function<void()> on_keeper_gone) {
  KeeperClient::Options options;
  for (const auto& account : settings.config->accounts()) {
    options.accounts.push_back(account.first);
  }
  options.products = settings.ProductCodes();
  options.on_keeper_gone = std::move(on_keeper_gone);
  return options;
}

}  // namespace tcgate
