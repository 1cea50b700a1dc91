#ifndef TCGATE_SERVICE_HTTP_HEADER_LIST_H_
#define TCGATE_SERVICE_HTTP_HEADER_LIST_H_

#include <curl/curl.h>

#include <array>
#include <string>

#include "absl/strings/string_view.h"
#include "service/http/http.h"

namespace tcgate {

// The headers of one request after another as libcurl takes them: a list that
// it reads and does not copy. There is an entry for each header that libcurl
// would add itself, and one for all others: it looks through the whole list for
// each of a dozen, and sends an entry as it is, so one may have several lines.
class HeaderList {
 public:
  HeaderList() = default;
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;

  // For CURLOPT_HTTPHEADER. The same whatever is set.
  curl_slist* first() { return entries_.data(); }

  // `request` must live as long as the list is read.
  void Set(const HttpRequest& request);

 private:
  std::string host_;  // What `host_line_` says.
  std::string host_line_;
  absl::string_view content_type_;  // A literal: see `HttpRequest`.
  std::string content_type_line_;
  std::array<curl_slist, 4> entries_{};
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_HEADER_LIST_H_
