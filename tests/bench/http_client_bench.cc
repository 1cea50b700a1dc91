// The same load as http_floor, through the gateway's own loop and client.

#include <csignal>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "service/http/cancellation.h"
#include "service/http/curl_client.h"
#include "service/http/curl_multi.h"
#include "service/http/loop.h"
#include "service/http/resolver.h"
#include "service/http/url_target.h"
#include "tests/bench/http_load.h"

namespace tcgate {
namespace {

class Sender {
 public:
  Sender(const HttpLoad& load, Answers& answers)
      : load_(load),
        answers_(answers),
        endpoint_{load.url, TargetOf(load.url).host, load.ca_file},
        thread_([this] { loop_.Run(); }) {}
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  ~Sender() {
    loop_.Stop();
    thread_.join();
  }

  void Submit() {
    loop_.Post([this] { Exchange(); });
  }

 private:
  Detached Exchange() {
    Cancellation cancel;
    HttpRequest request;
    request.endpoint = &endpoint_;
    for (const std::string& header : SignedHeaders()) {
      const std::pair<absl::string_view, absl::string_view> line =
          absl::StrSplit(header, absl::MaxSplits(": ", 1));
      if (line.first == "Content-Type") {
        request.content_type = "application/json";
      } else {
        request.headers.Add(line.first, line.second);
      }
    }
    request.body.assign(static_cast<std::size_t>(load_.body_bytes), 'x');
    request.deadline = loop_.Now() + std::chrono::seconds(30);
    request.max_reply_bytes = 1 << 24;
    Task<HttpResult> sending = client_.Send(std::move(request), cancel);
    const HttpResult result = co_await sending;
    answers_.Give(result.status);
  }

  const HttpLoad& load_;
  Answers& answers_;
  const Endpoint endpoint_;
  CurlMulti multi_{1000};
  Loop loop_{SystemClock(), multi_};
  Resolver resolver_{loop_};
  CurlClient client_{loop_, multi_, resolver_, {}};
  std::thread thread_;
};

}  // namespace
}  // namespace tcgate

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const tcgate::HttpLoad load = tcgate::ReadHttpLoad(argc, argv);
  tcgate::Answers answers;
  tcgate::Sender sender(load, answers);
  tcgate::RunHttpLoad(load, answers, [&sender] { sender.Submit(); });
}
