#ifndef TCGATE_TESTS_HTTP_CURL_CLIENT_FIXTURE_H_
#define TCGATE_TESTS_HTTP_CURL_CLIENT_FIXTURE_H_

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "service/http/cancellation.h"
#include "service/http/curl_client.h"
#include "service/http/curl_multi.h"
#include "service/http/loop.h"
#include "service/http/resolver.h"
#include "tests/http/name_server.h"
#include "tests/http/test_certificate.h"
#include "tests/http/test_server.h"
#include "tests/support/await.h"
#include "tests/support/fake_clock.h"

namespace tcgate {

// A real client and real sockets; deadlines are on a fake clock, so that none
// passes unless the test says so.
class CurlClientTest : public testing::Test {
 protected:
  // By which clock idle connections age. What a server or libcurl does about
  // them is on real time.
  enum class Ages { kReal, kFake };

  explicit CurlClientTest(Ages ages = Ages::kReal)
      : multi_(1000, ages == Ages::kReal ? SystemClock() : clock_) {
    Use({});
  }
  ~CurlClientTest() override { names_->Close(); }

  static Endpoint EndpointOf(const TestServer& server,
                             const std::string& host = "127.0.0.1") {
    return {server.Url(host), host, ""};
  }

  // A request that has ten seconds, which do not pass by themselves.
  HttpRequest RequestTo(const Endpoint& endpoint, std::string body = "{}") {
    HttpRequest request;
    request.endpoint = &endpoint;
    request.content_type = "application/json";
    request.body = std::move(body);
    request.deadline = clock_.MonoNow() + std::chrono::seconds(10);
    request.max_reply_bytes = 1 << 20;
    return request;
  }

  HttpResult Send(HttpRequest request) {
    Cancellation cancel;
    return Await(loop_, client_->Send(std::move(request), cancel));
  }
  HttpResult Send(const Endpoint& endpoint) {
    return Send(RequestTo(endpoint));
  }

  // Sends `count` requests before it waits for the first answer.
  std::vector<HttpResult> SendAtOnce(std::size_t count,
                                     const Endpoint& endpoint) {
    std::vector<HttpResult> results;
    std::deque<Cancellation> cancels(count);
    for (Cancellation& cancel : cancels) {
      SendOne(RequestTo(endpoint), cancel, count, results);
    }
    loop_.Run();
    return results;
  }

  // Lets the loop run for so long in real time: libcurl and the kernel have no
  // other.
  void RunFor(std::chrono::milliseconds time) {
    std::thread stopper([this, time] {
      std::this_thread::sleep_for(time);
      loop_.Stop();
    });
    loop_.Run();
    stopper.join();
  }

  // Lets the loop run until `done`, ten seconds at most; false if it never was.
  bool RunUntil(const std::function<bool()>& done) {
    for (int i = 0; i < 1000 && !done(); ++i) {
      RunFor(std::chrono::milliseconds(10));
    }
    return done();
  }

  // Makes the client anew with these options.
  void Use(CurlClientOptions options) {
    options.on_connection_opened = [this] { ++opened_; };
    options.on_connection_reused = [this] { ++reused_; };
    client_ = std::make_unique<CurlClient>(loop_, multi_, resolver_,
                                           std::move(options));
  }

  // Adds its answer to `results`, and stops the loop with the last.
  Detached SendOne(HttpRequest request, Cancellation& cancel, std::size_t count,
                   std::vector<HttpResult>& results) {
    Task<HttpResult> sending = client_->Send(std::move(request), cancel);
    results.push_back(co_await sending);
    if (results.size() == count) loop_.Stop();
  }

  FakeClock clock_;
  CurlMulti multi_;
  Loop loop_{clock_, multi_};
  std::shared_ptr<NameServer> names_ = std::make_shared<NameServer>();
  Resolver resolver_{loop_, names_->lookup()};
  int opened_ = 0;  // Calls of on_connection_opened.
  int reused_ = 0;  // Calls of on_connection_reused.
  std::unique_ptr<CurlClient> client_;
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_HTTP_CURL_CLIENT_FIXTURE_H_
