#include "service/http/resolve_entry.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tcgate {
namespace {

HttpResult NotSent(HttpFault fault, std::string error) {
  HttpResult result;
  result.fault = fault;
  result.error = std::move(error);
  return result;
}

}  // namespace

std::string ResolveEntry(const UrlTarget& target,
                         const std::vector<std::string>& addresses) {
  return absl::StrCat(target.host, ":", target.port, ":",
                      absl::StrJoin(addresses, ","));
}

HttpResult WrongUrl() {
  return NotSent(HttpFault::kConnect, "the URL of the endpoint is wrong");
}

HttpResult Unresolved(const UrlTarget& target, const Resolution& found,
                      bool too_late, bool cancelled) {
  if (cancelled) return NotSent(HttpFault::kCancelled, "cancelled");
  // The name server may be slow, or the time short: the latter rules.
  return NotSent(too_late ? HttpFault::kTimeout : HttpFault::kName,
                 absl::StrCat(target.host, ": ", found.error));
}

}  // namespace tcgate
