#include "service/upstream/endpoint.h"

#include <arpa/inet.h>

#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace tcgate {
namespace {

absl::Status Wrong(absl::string_view url, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(
      "`", url, "` ", what, ": write https://host or https://host:port"));
}

bool IsName(absl::string_view host) {
  if (host.empty()) return false;
  for (const char c : host) {
    const bool fits = absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                      c == '.' || c == '-';
    if (!fits) return false;
  }
  return true;
}

bool IsIpv6(const std::string& address) {
  in6_addr ignored;
  return inet_pton(AF_INET6, address.c_str(), &ignored) == 1;
}

// A name that is not literal could be made to resolve elsewhere.
bool IsLoopback(const std::string& host) {
  if (host == "localhost" || host == "[::1]") return true;
  in_addr address;
  return inet_pton(AF_INET, host.c_str(), &address) == 1 &&
         ntohl(address.s_addr) >> 24 == 127;
}

// Splits `authority` into host and port, "" if it has none. False unless the
// host is a name, an IPv4 address or an IPv6 address in brackets.
bool Split(absl::string_view authority, std::string& host, std::string& port) {
  std::size_t end = authority.find(':');
  if (absl::StartsWith(authority, "[")) {
    end = authority.find(']');
    if (end == absl::string_view::npos) return false;
    if (!IsIpv6(std::string(authority.substr(1, end - 1)))) return false;
    ++end;
  } else if (!IsName(authority.substr(0, end))) {
    return false;
  }
  // The signature covers the host in lower case.
  host = absl::AsciiStrToLower(authority.substr(0, end));
  authority.remove_prefix(host.size());
  if (authority.empty()) return true;
  if (!absl::ConsumePrefix(&authority, ":") || authority.empty()) return false;
  port = std::string(authority);
  return true;
}

bool IsPort(absl::string_view text) {
  std::uint32_t port = 0;
  return absl::ascii_isdigit(static_cast<unsigned char>(text[0])) &&
         absl::SimpleAtoi(text, &port) && port > 0 && port < 65536;
}

}  // namespace

absl::StatusOr<Endpoint> ParseEndpointUrl(absl::string_view url) {
  absl::string_view authority = url;
  const bool tls = absl::ConsumePrefix(&authority, "https://");
  if (!tls && !absl::ConsumePrefix(&authority, "http://")) {
    return Wrong(url, "does not begin with https://");
  }
  authority = absl::StripSuffix(authority, "/");
  if (absl::StrContains(authority, '@')) {
    return absl::InvalidArgumentError(
        "the endpoint holds a user or a password (not shown): requests are "
        "signed, write https://host");
  }
  if (authority.find_first_of("/?#") != absl::string_view::npos) {
    return Wrong(url, "has a path, a query or a fragment");
  }
  std::string host;
  std::string port;
  if (!Split(authority, host, port)) return Wrong(url, "names no host");
  if (!port.empty() && !IsPort(port)) {
    return Wrong(url, "has a port that is not from 1 to 65535");
  }
  if (!tls && !IsLoopback(host)) {
    return Wrong(url,
                 "is plain http, which is for 127.0.0.0/8, [::1] and "
                 "localhost only");
  }
  if (!port.empty() && !(tls && port == "443")) {
    absl::StrAppend(&host, ":", port);
  }

  Endpoint endpoint;
  endpoint.url = absl::StrCat(tls ? "https://" : "http://", host, "/");
  endpoint.host = std::move(host);
  return endpoint;
}

}  // namespace tcgate
