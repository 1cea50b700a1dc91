#include "tcgate/client/error_details.h"

#include <cstdint>

#include "src/wire_fields.h"

namespace tcgate::client {
namespace {

// The numbers are those of google/rpc/status.proto and error_details.proto.

void ReadErrorInfo(const WireFields& info, ErrorDetails& details) {
  details.reason = info.Bytes(1);
  details.domain = info.Bytes(2);
  for (const std::string& bytes : info.AllBytes(3)) {
    const WireFields entry(bytes);
    details.metadata[entry.Bytes(1)] = entry.Bytes(2);
  }
}

std::optional<std::chrono::milliseconds> ReadDuration(
    const WireFields& duration) {
  // google/protobuf/duration.proto.
  constexpr std::int64_t kMaxSeconds = 315'576'000'000;
  constexpr std::int64_t kMaxNanos = 999'999'999;
  const std::int64_t seconds = duration.Varint(1);
  const std::int64_t nanos = duration.Varint(2);
  if (seconds < 0 || seconds > kMaxSeconds || nanos < 0 || nanos > kMaxNanos) {
    return std::nullopt;
  }
  // Rounded up: it is a time to wait at least.
  return std::chrono::seconds(seconds) +
         std::chrono::ceil<std::chrono::milliseconds>(
             std::chrono::nanoseconds(nanos));
}

void ReadBadRequest(const WireFields& bad, ErrorDetails& details) {
  for (const std::string& bytes : bad.AllBytes(1)) {
    const WireFields violation(bytes);
    details.violations.push_back({violation.Bytes(1), violation.Bytes(2)});
  }
}

void ReadDetail(const WireFields& any, ErrorDetails& details) {
  const std::string url = any.Bytes(1);
  const std::string type = url.substr(url.rfind('/') + 1);
  const WireFields detail(any.Bytes(2));
  if (type == "google.rpc.ErrorInfo") ReadErrorInfo(detail, details);
  if (type == "google.rpc.RequestInfo") details.request_id = detail.Bytes(1);
  if (type == "google.rpc.RetryInfo") {
    details.retry_delay = ReadDuration(WireFields(detail.Bytes(1)));
  }
  if (type == "google.rpc.BadRequest") ReadBadRequest(detail, details);
}

}  // namespace

ErrorDetails ReadErrorDetails(const grpc::Status& status) {
  ErrorDetails details;
  const WireFields wire(status.error_details());
  for (const std::string& bytes : wire.AllBytes(3)) {
    ReadDetail(WireFields(bytes), details);
  }
  return details;
}

bool WriteMayHaveRun(const grpc::Status& status) {
  if (status.ok()) return true;
  const ErrorDetails details = ReadErrorDetails(status);
  if (details.domain == kVendor) return false;
  if (details.domain != kGateway) return true;
  // Every other reason of the gateway's means that a WRITE did not run. A fault
  // of the gateway itself tells nothing, nor does a call that was cancelled.
  return details.reason == "OUTCOME_UNKNOWN" || details.reason == "INTERNAL" ||
         details.reason.empty();
}

}  // namespace tcgate::client
