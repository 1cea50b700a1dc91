#include "service/config/formats.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "service/base/spiffe_id.h"

namespace tcgate {

namespace pb = ::tcgate::config::v1;

namespace {

bool HasOnly(absl::string_view text, bool (*allowed)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

bool IsAlnum(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c));
}

bool IsNameChar(char c) {
  return IsAlnum(c) || c == '.' || c == '_' || c == '-';
}

// Splits `host:port`; the host of IPv6 stands in brackets, which stay.
bool SplitPort(absl::string_view text, absl::string_view& host) {
  const std::size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return false;
  host = text.substr(0, colon);
  const absl::string_view port = text.substr(colon + 1);
  std::uint32_t number = 0;
  return HasOnly(port, [](char c) { return c >= '0' && c <= '9'; }) &&
         absl::SimpleAtoi(port, &number) && number <= 65535;
}

// Literal addresses only: what a name stands for may change.
bool IsLoopback(absl::string_view host) {
  if (host == "[::1]") return true;
  in_addr address{};
  return inet_pton(AF_INET, std::string(host).c_str(), &address) == 1 &&
         (ntohl(address.s_addr) >> 24) == 127;
}

bool IsSocketPath(absl::string_view text) {
  constexpr std::size_t kMost = 107;  // sockaddr_un, without the last NUL.
  return text.size() > 1 && text.size() <= kMost && text.front() == '/' &&
         text.back() != '/' && HasOnly(text, [](char c) {
           return absl::ascii_isgraph(static_cast<unsigned char>(c)) &&
                  c != '*';
         });
}

bool IsIp(absl::string_view host) {
  if (absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]")) {
    in6_addr v6{};
    return inet_pton(AF_INET6, std::string(host).c_str(), &v6) == 1;
  }
  in_addr v4{};
  return inet_pton(AF_INET, std::string(host).c_str(), &v4) == 1;
}

bool IsIpAddress(absl::string_view text) {
  absl::string_view host;
  return SplitPort(text, host) && IsIp(host);
}

bool IsListenAddress(absl::string_view text) {
  if (absl::ConsumePrefix(&text, "unix:")) return IsSocketPath(text);
  return IsIpAddress(text);
}

bool IsSpiffePattern(absl::string_view text) {
  absl::ConsumeSuffix(&text, "/*");
  return IsSpiffeId(text);
}

bool IsUrl(absl::string_view text) {
  const bool plain = absl::ConsumePrefix(&text, "http://");
  if (!plain && !absl::ConsumePrefix(&text, "https://")) return false;
  absl::ConsumeSuffix(&text, "/");
  absl::string_view host = text;
  if (absl::StrContains(host, ":") && !absl::EndsWith(host, "]") &&
      !SplitPort(text, host)) {
    return false;
  }
  if (plain) return host == "localhost" || IsLoopback(host);
  return IsIp(host) || HasOnly(host, IsNameChar);
}

bool IsUrlPattern(absl::string_view text) {
  return IsUrl(absl::StrReplaceAll(text, {{"{product}", "product"}}));
}

bool IsName(absl::string_view text) {
  return text.size() <= 64 && HasOnly(text, IsNameChar);
}

bool IsRegion(absl::string_view text) {
  return HasOnly(text, [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '-';
  });
}

bool IsLanguage(absl::string_view text) {
  return text == "zh-CN" || text == "en-US";
}

bool IsActions(absl::string_view text) {
  return HasOnly(text,
                 [](char c) { return IsNameChar(c) || c == '*' || c == '@'; });
}

bool IsAction(absl::string_view text) {
  return absl::StrContains(text, ".") && HasOnly(text, IsNameChar);
}

struct Row {
  pb::Format format;
  bool (*fits)(absl::string_view text);
  const char* what;
};

// Sizes are read as numbers (read_scalar.cc).
constexpr Row kRows[] = {
    {pb::FORMAT_IP_ADDRESS, IsIpAddress,
     "an address such as 127.0.0.1:9901 or [::]:9901"},
    {pb::FORMAT_URL, IsUrl,
     "https://host[:port], or http:// with a loopback address"},
    {pb::FORMAT_URL_PATTERN, IsUrlPattern,
     "https://host[:port], where {product} may stand in the host"},
    {pb::FORMAT_NAME, IsName,
     "a name of at most 64 letters, digits, dots, dashes and underscores"},
    {pb::FORMAT_REGION, IsRegion, "a region such as ap-singapore"},
    {pb::FORMAT_LANGUAGE, IsLanguage, "one of zh-CN, en-US"},
    {pb::FORMAT_ACTIONS, IsActions,
     "a pattern of actions such as product.Describe*"},
    {pb::FORMAT_LISTEN_ADDRESS, IsListenAddress,
     "an address such as 127.0.0.1:50051, [::]:50051 or unix:/path"},
    {pb::FORMAT_SPIFFE_ID, IsSpiffeId,
     "a SPIFFE id such as spiffe://example.org/ns/a/sa/b"},
    {pb::FORMAT_SPIFFE_PATTERN, IsSpiffePattern,
     "a SPIFFE id such as spiffe://example.org/ns/a/sa/b or "
     "spiffe://example.org/ns/a/*"},
    {pb::FORMAT_SOCKET_PATH, IsSocketPath,
     "an absolute path of at most 107 characters, without spaces and stars"},
    {pb::FORMAT_ACTION, IsAction, "an action such as product.DescribeThing"},
};

}  // namespace

bool IsLoopbackAddress(absl::string_view text) {
  absl::string_view host;
  return SplitPort(text, host) && IsLoopback(host);
}

std::string Quote(absl::string_view text) {
  constexpr std::size_t kMost = 80;  // Chosen: enough to recognise it.
  return absl::StrCat("\"", text.substr(0, kMost),
                      text.size() > kMost ? "..." : "", "\"");
}

std::string FormatFault(pb::Format format, absl::string_view text) {
  for (const Row& row : kRows) {
    if (row.format == format && !row.fits(text)) {
      return absl::StrCat(Quote(text), " is not ", row.what);
    }
  }
  return "";
}

}  // namespace tcgate
