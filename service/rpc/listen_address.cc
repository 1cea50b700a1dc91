#include "service/rpc/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

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

absl::StatusOr<SocketAddress> UnixAddress(absl::string_view text,
                                          absl::string_view path) {
  sockaddr_un name = {};
  // One byte is for the NUL at the end.
  if (path.empty() || path.front() != '/' ||
      path.size() >= sizeof(name.sun_path) ||
      path.find('\0') != absl::string_view::npos) {
    return Invalid(text, "must be unix:/path, of at most 107 bytes");
  }
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, path.data(), path.size());
  return Wrap(name);
}

template <typename Family>
Family Unwrap(const SocketAddress& address) {
  Family family = {};
  std::memcpy(&family, &address.storage, sizeof(family));
  return family;
}

}  // namespace

absl::StatusOr<SocketAddress> ParseListenAddress(absl::string_view text) {
  absl::string_view path = text;
  if (absl::ConsumePrefix(&path, "unix:")) return UnixAddress(text, path);
  const std::optional<HostPort> parts = Split(text);
  if (!parts.has_value()) {
    return Invalid(text,
                   "must be IP:PORT, such as 127.0.0.1:50051, or unix:/path");
  }
  sockaddr_in v4 = {};
  if (inet_pton(AF_INET, parts->host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(parts->port);
    return Wrap(v4);
  }
  sockaddr_in6 v6 = {};
  if (inet_pton(AF_INET6, parts->host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(parts->port);
    return Wrap(v6);
  }
  return Invalid(text, "IP must be an address, not a name");
}

bool IsLocal(const SocketAddress& address) {
  if (address.is_unix()) return true;
  if (address.storage.ss_family == AF_INET) {
    const auto v4 = Unwrap<sockaddr_in>(address);
    return ntohl(v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
  }
  const auto v6 = Unwrap<sockaddr_in6>(address);
  return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

std::string ToText(const SocketAddress& address) {
  if (address.is_unix()) {
    return absl::StrCat("unix:", Unwrap<sockaddr_un>(address).sun_path);
  }
  char host[INET6_ADDRSTRLEN] = "";
  if (address.storage.ss_family == AF_INET) {
    const auto v4 = Unwrap<sockaddr_in>(address);
    inet_ntop(AF_INET, &v4.sin_addr, host, sizeof(host));
    return absl::StrCat(host, ":", ntohs(v4.sin_port));
  }
  const auto v6 = Unwrap<sockaddr_in6>(address);
  inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof(host));
  return absl::StrCat("[", host, "]:", ntohs(v6.sin6_port));
}

}  // namespace tcgate
