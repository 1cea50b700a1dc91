#include "client/cli/print_status.h"

#include <map>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/base/outcome.h"
#include "service/base/printable.h"
#include "tcgate/wire/v1/status.pb.h"

namespace tcgate {

namespace pb = ::tcgate::wire::v1;

namespace {

void Line(absl::string_view name, const std::string& value, std::ostream& out) {
  if (!value.empty()) out << "  " << name << ": " << Printable(value) << "\n";
}

void PrintErrorInfo(const pb::ErrorInfo& info, std::ostream& out) {
  Line("reason", info.reason(), out);
  Line("decided by", info.domain(), out);
  // A map of protobuf has no order of its own.
  const std::map<std::string, std::string> sorted(info.metadata().begin(),
                                                  info.metadata().end());
  for (const auto& [key, value] : sorted) Line(Printable(key), value, out);
}

void PrintRetryInfo(const pb::RetryInfo& info, std::ostream& out) {
  const absl::Duration delay = absl::Seconds(info.retry_delay().seconds()) +
                               absl::Nanoseconds(info.retry_delay().nanos());
  Line("retry after", absl::FormatDuration(delay), out);
}

void PrintDetail(const google::protobuf::Any& detail, std::ostream& out) {
  // The packages differ, the bytes and the last part of the name do not: see
  // status.proto.
  const std::string& url = detail.type_url();
  const std::string type = url.substr(url.rfind('/') + 1);
  const auto parsed = [&detail](auto& message) {
    return message.ParseFromString(detail.value());
  };
  if (pb::ErrorInfo info; type == "google.rpc.ErrorInfo" && parsed(info)) {
    PrintErrorInfo(info, out);
  }
  if (pb::RequestInfo info; type == "google.rpc.RequestInfo" && parsed(info)) {
    Line("request id", info.request_id(), out);
  }
  if (pb::RetryInfo info; type == "google.rpc.RetryInfo" && parsed(info)) {
    PrintRetryInfo(info, out);
  }
  if (pb::BadRequest bad; type == "google.rpc.BadRequest" && parsed(bad)) {
    for (const auto& violation : bad.field_violations()) {
      Line("field " + Printable(violation.field()), violation.description(),
           out);
    }
  }
}

}  // namespace

void PrintStatus(const grpc::Status& status, std::ostream& out) {
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  out << CodeName(code) << ": " << Printable(status.error_message()) << "\n";
  pb::Status details;
  if (!details.ParseFromString(status.error_details())) return;
  for (const auto& detail : details.details()) PrintDetail(detail, out);
}

}  // namespace tcgate
