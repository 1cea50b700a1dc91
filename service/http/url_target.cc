#include "service/http/url_target.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace tcgate {

bool IsAddress(const std::string& host) {
  in6_addr parsed;  // Large enough for both.
  return inet_pton(AF_INET, host.c_str(), &parsed) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &parsed) == 1;
}

UrlTarget TargetOf(absl::string_view url) {
  UrlTarget target;
  if (absl::ConsumePrefix(&url, "https://")) {
    target.port = "443";
  } else if (absl::ConsumePrefix(&url, "http://")) {
    target.port = "80";
  } else {
    return {};
  }
  absl::string_view host = url.substr(0, url.find_first_of("/?#"));
  if (absl::StrContains(host, '@')) return {};

  absl::string_view after_host;
  if (absl::ConsumePrefix(&host, "[")) {
    const std::size_t end = host.find(']');
    if (end == absl::string_view::npos) return {};
    after_host = host.substr(end + 1);
    host = host.substr(0, end);
  } else if (const std::size_t colon = host.find(':');
             colon != absl::string_view::npos) {
    after_host = host.substr(colon);
    host = host.substr(0, colon);
  }
  if (!after_host.empty()) {
    int port = 0;
    if (!absl::ConsumePrefix(&after_host, ":") ||
        !absl::SimpleAtoi(after_host, &port) || port < 1 || port > 65535) {
      return {};
    }
    target.port = std::string(after_host);
  }
  target.host = absl::AsciiStrToLower(host);
  target.is_address = IsAddress(target.host);
  return target;
}

}  // namespace tcgate
