#ifndef TCGATE_TESTS_SUPPORT_FAKE_HTTP_CLIENT_H_
#define TCGATE_TESTS_SUPPORT_FAKE_HTTP_CLIENT_H_

#include <deque>
#include <utility>
#include <vector>

#include "service/http/cancellation.h"
#include "service/http/http.h"

namespace tcgate {

// Answers at once with `results`, in that order, and remembers what it was
// sent. With nothing left to answer it refuses the connection.
class FakeHttpClient final : public HttpClient {
 public:
  Task<HttpResult> Send(HttpRequest request,
                        Cancellation& /*cancel*/) override {
    requests.push_back(std::move(request));
    HttpResult result;
    result.fault = HttpFault::kConnect;
    if (!results.empty()) {
      result = std::move(results.front());
      results.pop_front();
    }
    co_return result;
  }

  std::deque<HttpResult> results;
  std::vector<HttpRequest> requests;
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_SUPPORT_FAKE_HTTP_CLIENT_H_
