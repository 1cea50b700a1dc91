#include "service/rpc/loopback_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstdint>
#include <cstring>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

absl::Status Invalid(absl::string_view text, absl::string_view fault) {
  return absl::InvalidArgumentError(
      absl::StrCat("cannot listen on \"", text, "\": ", fault));
}

struct HostPort {
  std::string host;  // Without brackets.
  std::uint16_t port = 0;
};

std::optional<HostPort> Split(absl::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::uint32_t port = 0;
  if (colon == absl::string_view::npos ||
      !absl::SimpleAtoi(text.substr(colon + 1), &port) || port > 65535) {
    return std::nullopt;
  }
  absl::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return HostPort{std::string(host), static_cast<std::uint16_t>(port)};
}

template <typename Family>
SocketAddress Wrap(const Family& family) {
  SocketAddress address;
  std::memcpy(&address.storage, &family, sizeof(family));
  address.length = sizeof(family);
  return address;
}

bool IsLoopback(const in_addr& host) {
  return ntohl(host.s_addr) >> 24 == IN_LOOPBACKNET;
}

}  // namespace

absl::StatusOr<SocketAddress> ParseLoopbackAddress(absl::string_view text) {
  constexpr absl::string_view kOnlyLoopback =
      "it is reachable from other machines, and this version of tcgate speaks "
      "plain text only: use 127.0.0.1 or [::1]";
  const std::optional<HostPort> parts = Split(text);
  if (!parts.has_value()) {
    return Invalid(text, "must be HOST:PORT, such as 127.0.0.1:50051");
  }
  sockaddr_in v4 = {};
  if (inet_pton(AF_INET, parts->host.c_str(), &v4.sin_addr) == 1) {
    if (!IsLoopback(v4.sin_addr)) return Invalid(text, kOnlyLoopback);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(parts->port);
    return Wrap(v4);
  }
  sockaddr_in6 v6 = {};
  if (inet_pton(AF_INET6, parts->host.c_str(), &v6.sin6_addr) == 1) {
    if (!IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr)) {
      return Invalid(text, kOnlyLoopback);
    }
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(parts->port);
    return Wrap(v6);
  }
  return Invalid(text, "HOST must be 127.0.0.1 or [::1], not a name");
}

std::string ToText(const SocketAddress& address) {
  char host[INET6_ADDRSTRLEN] = "";
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in v4 = {};
    std::memcpy(&v4, &address.storage, sizeof(v4));
    inet_ntop(AF_INET, &v4.sin_addr, host, sizeof(host));
    return absl::StrCat(host, ":", ntohs(v4.sin_port));
  }
  sockaddr_in6 v6 = {};
  std::memcpy(&v6, &address.storage, sizeof(v6));
  inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof(host));
  return absl::StrCat("[", host, "]:", ntohs(v6.sin6_port));
}

}  // namespace tcgate
