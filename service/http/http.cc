#include "service/http/http.h"

#include "absl/strings/str_cat.h"

namespace tcgate {

void HttpHeaders::Add(absl::string_view name, absl::string_view value) {
  absl::StrAppend(&text_, text_.empty() ? "" : "\r\n", name, ": ", value);
}

}  // namespace tcgate
