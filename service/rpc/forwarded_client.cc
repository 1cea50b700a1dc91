#include "service/rpc/forwarded_client.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "absl/strings/match.h"
#include "service/base/spiffe_id.h"

namespace tcgate {
namespace {

constexpr char kMalformed[] =
    "the proxy sent an x-forwarded-client-cert that cannot be read";
constexpr char kNoId[] =
    "the last element of the proxy's x-forwarded-client-cert has no URI that "
    "is a SPIFFE id, or more than one";

// Takes a value: up to the separator, or in quotes, which stay off. Nothing if
// it is malformed.
std::optional<absl::string_view> TakeValue(absl::string_view& rest) {
  if (rest.empty() || rest.front() != '"') {
    const std::size_t size = std::min(rest.find_first_of(";,"), rest.size());
    const absl::string_view value = rest.substr(0, size);
    rest.remove_prefix(size);
    if (absl::StrContains(value, '"')) return std::nullopt;
    return value;
  }
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '\\') {
      ++i;
    } else if (rest[i] == '"') {
      const absl::string_view value = rest.substr(1, i - 1);
      rest.remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

// What counts of an element.
struct Element {
  absl::string_view uri;
  int uris = 0;
};

// Reads a pair into `element` and takes the separator behind it. Nothing if it
// is malformed, else whether the element goes on.
std::optional<bool> TakePair(absl::string_view& rest, Element& element) {
  const std::size_t equals = rest.find_first_of("=;,\"");
  if (equals == absl::string_view::npos || equals == 0 || rest[equals] != '=') {
    return std::nullopt;
  }
  const absl::string_view key = rest.substr(0, equals);
  rest.remove_prefix(equals + 1);
  const std::optional<absl::string_view> value = TakeValue(rest);
  if (!value.has_value()) return std::nullopt;
  // Envoy writes `URI=` without a value for a certificate that has none.
  if (absl::EqualsIgnoreCase(key, "uri") && !value->empty()) {
    element.uri = *value;
    ++element.uris;
  }
  if (rest.empty()) return false;
  const char separator = rest.front();
  if (separator != ';' && separator != ',') return std::nullopt;
  rest.remove_prefix(1);
  if (rest.empty()) return std::nullopt;
  return separator == ';';
}

}  // namespace

ForwardedClient LastForwardedClient(absl::string_view value) {
  Element last;
  absl::string_view rest = value;
  do {
    last = Element();
    while (true) {
      const std::optional<bool> more = TakePair(rest, last);
      if (!more.has_value()) return {{}, kMalformed};
      if (!*more) break;
    }
  } while (!rest.empty());
  if (last.uris != 1 || !IsSpiffeId(last.uri)) return {{}, kNoId};
  return {last.uri, nullptr};
}

}  // namespace tcgate
