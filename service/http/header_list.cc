#include "service/http/header_list.h"

#include <cstddef>

#include "absl/strings/str_cat.h"

namespace tcgate {

void HeaderList::Set(const HttpRequest& request) {
  if (host_ != request.endpoint->host) {  // Exactly as it was signed.
    host_ = request.endpoint->host;
    host_line_ = absl::StrCat("Host: ", host_);
  }
  if (content_type_ != request.content_type) {
    content_type_ = request.content_type;
    content_type_line_ = absl::StrCat("Content-Type: ", content_type_);
  }

  std::size_t count = 0;
  const auto add = [&count, this](const char* line) {
    if (count > 0) entries_[count - 1].next = &entries_[count];
    entries_[count++] = {const_cast<char*>(line), nullptr};  // It is only read.
  };
  add(host_line_.c_str());
  add("Expect:");  // None, which would cost large requests a round trip.
  if (!content_type_.empty()) add(content_type_line_.c_str());
  if (!request.headers.text().empty()) add(request.headers.text().c_str());
}

}  // namespace tcgate
