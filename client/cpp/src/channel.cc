#include "tcgate/client/channel.h"

#include <fstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "grpc/grpc.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "tcgate/client/service_config.h"

namespace tcgate::client {
namespace {

using grpc::experimental::FileWatcherCertificateProvider;

constexpr std::chrono::milliseconds kMinKeepalive{10'000};
constexpr int kKeepaliveTimeoutMs = 10'000;
// gRPC's own is 2 min: a gateway that comes back would stay unseen for as long.
constexpr int kMaxReconnectBackoffMs = 5'000;
constexpr unsigned kRefreshSeconds = 1;

// The watcher itself only logs a file that it cannot read, and the channel then
// never connects.
absl::Status CheckReadable(const char* option, const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  std::ifstream file(path);
  if (file.peek() == std::ifstream::traits_type::eof()) {
    return absl::InvalidArgumentError(
        absl::StrCat(option, ": cannot read ", path, ", or it is empty"));
  }
  return absl::OkStatus();
}

absl::Status Check(const Tls& tls) {
  if (tls.certificate_file.empty() != tls.key_file.empty()) {
    return absl::InvalidArgumentError(
        "tls: certificate_file and key_file go together");
  }
  absl::Status status = CheckReadable("tls.ca_file", tls.ca_file);
  status.Update(CheckReadable("tls.certificate_file", tls.certificate_file));
  status.Update(CheckReadable("tls.key_file", tls.key_file));
  return status;
}

absl::Status Check(const ChannelOptions& options) {
  if (options.keepalive < kMinKeepalive ||
      options.keepalive > std::chrono::hours(24)) {
    return absl::InvalidArgumentError("keepalive must be 10 s to a day");
  }
  if (options.max_reply_bytes <= 0) {
    return absl::InvalidArgumentError("max_reply_bytes must be positive");
  }
  return options.tls ? Check(*options.tls) : absl::OkStatus();
}

std::shared_ptr<grpc::ChannelCredentials> Credentials(
    const std::optional<Tls>& tls) {
  if (!tls) return grpc::InsecureChannelCredentials();
  grpc::experimental::TlsChannelCredentialsOptions options;
  const bool has_ca = !tls->ca_file.empty();
  const bool has_identity = !tls->certificate_file.empty();
  if (has_ca || has_identity) {
    options.set_certificate_provider(
        std::make_shared<FileWatcherCertificateProvider>(
            tls->key_file, tls->certificate_file, tls->ca_file,
            kRefreshSeconds));
  }
  if (has_ca) options.watch_root_certs();
  if (has_identity) options.watch_identity_key_cert_pairs();
  return grpc::experimental::TlsCredentials(options);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(
    const std::string& target, const ChannelOptions& options) {
  absl::Status status = Check(options);
  if (!status.ok()) return status;
  absl::StatusOr<std::string> service_config = ServiceConfig(options.services);
  if (!service_config.ok()) return service_config.status();

  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(*service_config);
  // Nothing that a name server says may make a WRITE repeated.
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 1);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS,
                   static_cast<int>(options.keepalive.count()));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  // So that a connection which died without calls is known before the next.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kMaxReconnectBackoffMs);
  arguments.SetMaxReceiveMessageSize(options.max_reply_bytes);
  // What `http_proxy` names leads out of the network that the gateway is in.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (options.tls && !options.tls->server_name.empty()) {
    arguments.SetSslTargetNameOverride(options.tls->server_name);
  }
  return grpc::CreateCustomChannel(target, Credentials(options.tls), arguments);
}

}  // namespace tcgate::client
