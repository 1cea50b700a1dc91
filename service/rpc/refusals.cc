#include "service/rpc/refusals.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "service/base/closest.h"
#include "service/catalog/catalog.h"
#include "service/upstream/pass_on.h"

namespace tcgate {
namespace {

using absl::StatusCode;

std::vector<absl::string_view> Services(const Catalog& catalog) {
  std::vector<absl::string_view> names;
  for (const Product& product : catalog.products()) {
    names.push_back(product.service);
  }
  return names;
}

// Empty if there is no such service.
std::vector<absl::string_view> MethodsOf(const Catalog& catalog,
                                         absl::string_view service) {
  std::vector<absl::string_view> names;
  for (const Action& action : catalog.actions()) {
    if (action.product->service != service) continue;
    const absl::string_view path = action.path;
    names.push_back(path.substr(path.rfind('/') + 1));
  }
  return names;
}

}  // namespace

Outcome NoMessage() {
  return Refusal(StatusCode::kInvalidArgument, reason::kInvalidRequest,
                 "the call carries no complete request message: send one, "
                 "an empty one if no field is set");
}

Outcome RequestTooLarge(std::size_t bytes, std::size_t most_bytes) {
  Outcome outcome =
      Refusal(StatusCode::kResourceExhausted, reason::kRequestTooLarge,
              absl::StrCat("the request message has ", bytes,
                           " bytes; limits.request_bytes allows ", most_bytes));
  outcome.metadata = {{"bytes", absl::StrCat(bytes)},
                      {"limit_bytes", absl::StrCat(most_bytes)}};
  return outcome;
}

Outcome DeadlinePassed() {
  return Refusal(StatusCode::kDeadlineExceeded, reason::kDeadlineTooShort,
                 "the deadline had passed when the call arrived; nothing was "
                 "sent");
}

Outcome ShuttingDown(const Action& action, Ran ran) {
  if (action.effect != Effect::kWrite || ran == Ran::kNo) {
    Outcome outcome = Refusal(StatusCode::kUnavailable, reason::kShuttingDown,
                              "tcgate is shutting down: call again");
    outcome.ran = ran;
    return outcome;
  }
  Outcome outcome = Refusal(
      StatusCode::kUnknown, reason::kOutcomeUnknown,
      "tcgate shut down before the answer came: the write may have run");
  outcome.ran = ran;
  outcome.metadata = {{"cause", reason::kShuttingDown}};
  return outcome;
}

Outcome UnknownMethod(const Catalog& catalog, absl::string_view path) {
  const std::string shown = PassOnName(path);  // A client's bytes.
  absl::string_view name = shown;
  absl::ConsumePrefix(&name, "/");
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(name, absl::MaxSplits('/', 1));
  const auto& [service, method] = parts;

  const std::vector<absl::string_view> methods = MethodsOf(catalog, service);
  const std::string fault =
      methods.empty() ? absl::StrCat("there is no service ", service,
                                     DidYouMean(service, Services(catalog)))
                      : absl::StrCat(service, " has no method ", method,
                                     DidYouMean(method, methods));
  Outcome outcome =
      Refusal(StatusCode::kUnimplemented, reason::kUnknownMethod,
              absl::StrCat(
                  fault, " (`tcgate list` and reflection show what there is)"));
  outcome.metadata = {{"service", std::string(service)},
                      {"method", std::string(method)}};
  return outcome;
}

}  // namespace tcgate
