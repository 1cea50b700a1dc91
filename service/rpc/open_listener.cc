#include "service/rpc/open_listener.h"

#include <iostream>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/clock.h"
#include "service/rpc/listen_address.h"

namespace tcgate {
namespace {

absl::Status CheckReach(const ListenOptions& listen,
                        const SocketAddress& address) {
  if (address.is_unix() && listen.tls.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        listen.address, ": a Unix socket is an identity and has no TLS"));
  }
  if (IsLocal(address) || listen.tls.has_value() || listen.plaintext) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("cannot listen on ", listen.address,
                   ": other machines reach it, and it has neither TLS nor "
                   "leave for plain text"));
}

// Who calls, as far as the address tells.
Caller CallerThrough(const SocketAddress& address) {
  Caller caller;
  caller.loopback = IsLocal(address);
  if (address.is_unix()) {
    caller.id = ToText(address);
    caller.anonymous = false;
  }
  return caller;
}

absl::StatusOr<std::unique_ptr<CertificateFiles>> LoadCertificates(
    const ListenOptions& listen) {
  if (!listen.tls.has_value()) return nullptr;
  return CertificateFiles::Load(
      *listen.tls, SystemClock(), [](absl::string_view line) {
        std::cerr << absl::StrCat("tcgate: ", line, "\n");
      });
}

}  // namespace

absl::StatusOr<OpenListener> Open(const ListenOptions& listen,
                                  const EdgeOptions& options) {
  const absl::StatusOr<SocketAddress> address =
      ParseListenAddress(listen.address);
  if (!address.ok()) return address.status();
  if (absl::Status status = CheckReach(listen, *address); !status.ok()) {
    return status;
  }
  auto certificates = LoadCertificates(listen);
  if (!certificates.ok()) return certificates.status();
  auto listener = Listener::Bind(*address, options.max_connections);
  if (!listener.ok()) return listener.status();
  const bool asks = *certificates != nullptr && (*certificates)->asks_clients();
  return OpenListener{
      *std::move(listener), *std::move(certificates),
      CallerIdentity(CallerThrough(*address), asks, options.proxies)};
}

}  // namespace tcgate
