#ifndef TCGATE_SERVICE_UPSTREAM_VENDOR_CODES_H_
#define TCGATE_SERVICE_UPSTREAM_VENDOR_CODES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tcgate {

// Whether a vendor code says that the action did not run, and whether a repeat
// may help.
enum class Retry {
  kNever,       // Refused; a repeat gives the same.
  kOnce,        // Refused; fix the cause, sign again, once.
  kBackoff,     // Refused before it ran: waiting helps, for every action.
  kIdempotent,  // May have run.
};

// What the table of vendor codes says of one code.
struct VendorCode {
  absl::StatusCode code = absl::StatusCode::kUnknown;
  Retry retry = Retry::kNever;
};

// Looks `code` up: exact, then the longest prefix of whole dotted segments,
// else UNKNOWN and kNever. Thread-safe.
VendorCode LookUpVendorCode(absl::string_view code);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_VENDOR_CODES_H_
