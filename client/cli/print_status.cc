#include "client/cli/print_status.h"

#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/base/outcome.h"
#include "service/base/printable.h"
#include "tcgate/client/error_details.h"

namespace tcgate {
namespace {

void Line(absl::string_view name, const std::string& value, std::ostream& out) {
  if (!value.empty()) out << "  " << name << ": " << Printable(value) << "\n";
}

}  // namespace

void PrintStatus(const grpc::Status& status, std::ostream& out) {
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  out << CodeName(code) << ": " << Printable(status.error_message()) << "\n";
  const client::ErrorDetails details = client::ReadErrorDetails(status);
  Line("reason", details.reason, out);
  Line("decided by", details.domain, out);
  for (const auto& [key, value] : details.metadata) {
    Line(Printable(key), value, out);
  }
  Line("request id", details.request_id, out);
  if (details.retry_delay.has_value()) {
    Line("retry after",
         absl::FormatDuration(absl::FromChrono(*details.retry_delay)), out);
  }
  for (const client::FieldViolation& violation : details.violations) {
    Line(absl::StrCat("field ", Printable(violation.field)),
         violation.description, out);
  }
}

}  // namespace tcgate
