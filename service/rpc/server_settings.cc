#include "service/rpc/server_settings.h"

#include <chrono>

#include "grpc/grpc.h"

namespace tcgate {
namespace {

int Milliseconds(std::chrono::milliseconds duration) {
  return static_cast<int>(duration.count());
}

}  // namespace

void ApplySettings(const EdgeOptions& options, const grpc::ResourceQuota& quota,
                   grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(
      static_cast<int>(options.request_bytes + kMessageMarginBytes));
  builder.SetResourceQuota(quota);
  // Compressed requests are refused as UNIMPLEMENTED: 255 KB can stand for
  // 256 MB.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);

  const auto set = [&builder](const char* name, int value) {
    builder.AddChannelArgument(name, value);
  };
  set(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // 20,000 open streams took 235 MB; with this the connection is closed at 20.
  set(GRPC_ARG_MAX_CONCURRENT_STREAMS, 200);
  // Twice gRPC's default of 8 KiB: room for a proxy's headers and tokens.
  set(GRPC_ARG_MAX_METADATA_SIZE, 16 << 10);
  // Connections that say nothing: chosen, generous for a handshake.
  set(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 5'000);
  // Pings down to 10 s apart are fine, with or without calls, and a little
  // closer since the network does not keep distances.
  set(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 9'000);
  set(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  set(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
  set(GRPC_ARG_MAX_CONNECTION_AGE_MS, Milliseconds(options.max_connection_age));
  set(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
      Milliseconds(options.max_connection_age_grace));
  // The gateway keeps deadlines itself and says what was sent; gRPC would only
  // cancel, at the same instant.
  set(GRPC_ARG_ENABLE_DEADLINE_CHECKS, 0);
}

}  // namespace tcgate
