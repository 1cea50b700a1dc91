#ifndef TCGATE_TESTS_SUPPORT_FAKE_HTTP_CLIENT_H_
#define TCGATE_TESTS_SUPPORT_FAKE_HTTP_CLIENT_H_

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/http/cancellation.h"
#include "service/http/http.h"
#include "service/http/loop.h"

namespace tcgate {

// The header lines that are sent with `request`, but for Host.
inline std::vector<std::string> HeaderLines(const HttpRequest& request) {
  std::vector<std::string> lines =
      absl::StrSplit(request.headers.text(), "\r\n", absl::SkipEmpty());
  if (!request.content_type.empty()) {
    lines.insert(lines.begin(),
                 absl::StrCat("Content-Type: ", request.content_type));
  }
  return lines;
}

// An answer that comes in `parts` and then ends as `result` says.
struct FakeAnswer {
  HttpResult result;
  std::deque<std::string> parts;
  std::map<std::string, std::string> headers;
  bool stalls = false;  // After the parts nothing comes, not even an end.
};

// Gives the parts of an answer at once. What stalls needs a loop.
class FakeHttpStream final : public HttpStream {
 public:
  FakeHttpStream(FakeAnswer answer, Loop* loop, Cancellation& cancel, int& open)
      : answer_(std::move(answer)), loop_(loop), cancel_(cancel), open_(open) {
    ++open_;
  }
  ~FakeHttpStream() override { --open_; }

  Task<std::string> Read(MonoTime until) override {
    std::string part;
    if (!answer_.parts.empty()) {
      part = std::move(answer_.parts.front());
      answer_.parts.pop_front();
    } else if (answer_.stalls) {
      Sleep sleep = loop_->SleepUntil(until, cancel_);
      const bool slept = co_await sleep;
      answer_.stalls = false;
      answer_.result.fault =
          slept ? HttpFault::kTimeout : HttpFault::kCancelled;
    }
    co_return part;
  }

  const HttpResult& result() const override { return answer_.result; }

  std::string Header(const char* name) const override {
    const auto found = answer_.headers.find(name);
    return found == answer_.headers.end() ? "" : found->second;
  }

 private:
  FakeAnswer answer_;
  Loop* loop_;
  Cancellation& cancel_;
  int& open_;
};

// Answers at once with `results`, streams with `answers`, in that order, and
// remembers what it was sent. With nothing left to answer it refuses the
// connection.
class FakeHttpClient final : public HttpClient {
 public:
  Task<HttpResult> Send(HttpRequest request,
                        Cancellation& /*cancel*/) override {
    HttpResult result;
    result.fault = HttpFault::kConnect;
    if (!results.empty()) {
      result = std::move(results.front());
      results.pop_front();
    }
    result.held = ByteHold(request.budget);
    if (!result.held.GrowTo(result.body.capacity())) {
      result.fault = HttpFault::kNoRoom;
    }
    requests.push_back(std::move(request));
    co_return result;
  }

  std::unique_ptr<HttpStream> Open(HttpRequest request,
                                   Cancellation& cancel) override {
    requests.push_back(std::move(request));
    FakeAnswer answer;
    answer.result.fault = HttpFault::kConnect;
    if (!answers.empty()) {
      answer = std::move(answers.front());
      answers.pop_front();
    }
    return std::make_unique<FakeHttpStream>(std::move(answer), loop, cancel,
                                            open_streams);
  }

  Task<int> Warm(const Endpoint& /*endpoint*/, int connections,
                 Cancellation& /*cancel*/) override {
    warmed.push_back(connections);
    co_return connections;
  }

  int connections(const Endpoint& /*endpoint*/) override { return open; }

  std::deque<HttpResult> results;
  std::deque<FakeAnswer> answers;
  std::vector<int> warmed;  // What each call of `Warm` asked for.
  std::vector<HttpRequest> requests;
  Loop* loop = nullptr;  // For answers that stall.
  int open_streams = 0;
  int open = 0;  // Connections, to each endpoint.
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_SUPPORT_FAKE_HTTP_CLIENT_H_
