#include "service/rpc/status.h"

#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "service/upstream/pass_on.h"
#include "tcgate/wire/v1/status.pb.h"

namespace tcgate {
namespace {

namespace pb = tcgate::wire::v1;

constexpr char kTypePrefix[] = "type.googleapis.com/google.rpc.";

// What an element of a repeated field costs beside its own bytes, at most.
constexpr std::size_t kElementBytes = 8;

// Makes what may stem from elsewhere fit for a proto3 string.
std::string Text(absl::string_view text) { return PassOnMessage(text, {}); }

// Packs `detail` if it fits. The wire messages have the bytes of google.rpc and
// a package of their own, so `PackFrom` would write the wrong URL.
void Add(const google::protobuf::Message& detail, pb::Status& status) {
  std::string bytes = detail.SerializeAsString();
  const std::string& name = detail.GetDescriptor()->name();
  const std::size_t cost =
      bytes.size() + sizeof(kTypePrefix) + name.size() + 2 * kElementBytes;
  if (status.ByteSizeLong() + cost > kMaxDetailsBytes) return;
  google::protobuf::Any& any = *status.add_details();
  any.set_type_url(absl::StrCat(kTypePrefix, name));
  any.set_value(std::move(bytes));
}

pb::ErrorInfo ToErrorInfo(const Outcome& outcome) {
  pb::ErrorInfo info;
  info.set_reason(outcome.reason);
  info.set_domain(outcome.decided_by == DecidedBy::kVendor
                      ? "tencentcloudapi.com"
                      : "tcgate");
  for (const auto& [key, value] : outcome.metadata) {
    (*info.mutable_metadata())[key] = PassOnName(value);
  }
  return info;
}

pb::RetryInfo ToRetryInfo(std::chrono::milliseconds after) {
  pb::RetryInfo info;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(after);
  const std::chrono::nanoseconds rest = after - seconds;
  info.mutable_retry_delay()->set_seconds(seconds.count());
  info.mutable_retry_delay()->set_nanos(static_cast<int>(rest.count()));
  return info;
}

// As many faults as `budget` bytes hold; the first are the most telling.
pb::BadRequest ToBadRequest(const Outcome& outcome, std::size_t budget) {
  pb::BadRequest request;
  std::size_t used = 0;
  for (const FieldViolation& violation : outcome.violations) {
    pb::BadRequest::FieldViolation next;
    next.set_field(Text(violation.field));
    next.set_description(Text(violation.description));
    used += next.ByteSizeLong() + kElementBytes;
    if (used > budget) break;
    *request.add_field_violations() = std::move(next);
  }
  return request;
}

std::string Details(const Outcome& outcome, const std::string& message) {
  pb::Status status;
  status.set_code(static_cast<int>(outcome.code));
  status.set_message(message);
  Add(ToErrorInfo(outcome), status);
  if (!outcome.request_id.empty()) {
    pb::RequestInfo info;
    info.set_request_id(outcome.request_id);
    Add(info, status);
  }
  if (outcome.retry_after.has_value()) {
    Add(ToRetryInfo(*outcome.retry_after), status);
  }
  if (!outcome.violations.empty()) {
    constexpr std::size_t kFrame = 64;  // More than `Add` reckons with.
    const std::size_t used = status.ByteSizeLong() + kFrame;
    const pb::BadRequest request =
        ToBadRequest(outcome, kMaxDetailsBytes - used);
    if (request.field_violations_size() > 0) Add(request, status);
  }
  return status.SerializeAsString();
}

}  // namespace

grpc::Status ToGrpcStatus(const Outcome& outcome) {
  if (outcome.ok()) return {};
  const std::string message = Text(outcome.message);
  return {static_cast<grpc::StatusCode>(outcome.code), message,
          Details(outcome, message)};
}

}  // namespace tcgate
