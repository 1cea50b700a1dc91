#ifndef TCGATE_SERVICE_BASE_SPIFFE_ID_H_
#define TCGATE_SERVICE_BASE_SPIFFE_ID_H_

#include "absl/strings/string_view.h"

namespace tcgate {

// Whether `text` is a SPIFFE id, `spiffe://domain/path`, by the letter of
// SPIFFE-ID 2.1 to 2.3: a domain of `[a-z0-9.-_]`, path segments of
// `[A-Za-z0-9.-_]`, none of them empty, `.` or `..`; no port, query, fragment
// or slash at the end; at most 2048 bytes. The path may be missing. Equal ids
// have equal bytes.
bool IsSpiffeId(absl::string_view text);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_SPIFFE_ID_H_
