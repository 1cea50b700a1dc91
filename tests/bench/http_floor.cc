// The floor under every upstream call: libcurl's multi interface as bare as it
// can be, on a thread that is handed each request by another and hands the
// answer back. No coroutines, timers, names, limits or checks.

#include <curl/curl.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "service/base/mutex.h"
#include "tests/bench/http_load.h"

namespace tcgate {
namespace {

std::size_t Append(char* data, std::size_t size, std::size_t count,
                   void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

class BareLoop {
 public:
  BareLoop(const HttpLoad& load, Answers& answers)
      : load_(load), answers_(answers), body_(load.body_bytes, 'x') {
    for (const std::string& header : SignedHeaders()) {
      headers_ = curl_slist_append(headers_, header.c_str());
    }
    headers_ = curl_slist_append(headers_, "Expect:");
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS,
                      static_cast<long>(load.in_flight));
    thread_ = std::thread([this] { Run(); });
  }
  BareLoop(const BareLoop&) = delete;
  BareLoop& operator=(const BareLoop&) = delete;
  ~BareLoop() {
    stopping_ = true;
    curl_multi_wakeup(multi_);
    thread_.join();
    for (Exchange* exchange : idle_) {
      curl_easy_cleanup(exchange->easy);
      delete exchange;
    }
    curl_multi_cleanup(multi_);
    curl_slist_free_all(headers_);
  }

  void Submit() {
    bool wake = false;
    {
      MutexLock lock(mu_);
      ++submitted_;
      wake = std::exchange(asleep_, false);
    }
    if (wake) curl_multi_wakeup(multi_);
  }

 private:
  struct Exchange {
    CURL* easy = nullptr;
    std::string reply;
  };

  Exchange* NewExchange() {
    auto* exchange = new Exchange{curl_easy_init(), {}};
    CURL* const easy = exchange->easy;
    curl_easy_setopt(easy, CURLOPT_URL, load_.url.c_str());
    curl_easy_setopt(easy, CURLOPT_CAINFO, load_.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Append);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange->reply);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
    return exchange;
  }

  void Start() {
    if (idle_.empty()) idle_.push_back(NewExchange());
    Exchange* const exchange = idle_.back();
    idle_.pop_back();
    exchange->reply.clear();
    curl_easy_setopt(exchange->easy, CURLOPT_POSTFIELDS, body_.data());
    curl_easy_setopt(exchange->easy, CURLOPT_POSTFIELDSIZE, load_.body_bytes);
    curl_multi_add_handle(multi_, exchange->easy);
  }

  void Finish(CURL* easy) {
    Exchange* exchange = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &exchange);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi_, easy);
    idle_.push_back(exchange);
    answers_.Give(static_cast<int>(status));
  }

  // `sleeps`: if there are none, the next one has to wake this thread.
  int TakeSubmitted(bool sleeps) {
    MutexLock lock(mu_);
    asleep_ = sleeps && submitted_ == 0;
    return std::exchange(submitted_, 0);
  }

  void Run() {
    while (!stopping_) {
      int count = TakeSubmitted(/*sleeps=*/true);
      if (count == 0) {
        curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
        count = TakeSubmitted(/*sleeps=*/false);
      }
      for (; count > 0; --count) Start();
      int running = 0;
      curl_multi_perform(multi_, &running);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        Finish(message->easy_handle);
      }
    }
  }

  const HttpLoad& load_;
  Answers& answers_;
  const std::string body_;
  curl_slist* headers_ = nullptr;
  CURLM* const multi_ = curl_multi_init();
  std::vector<Exchange*> idle_;
  std::atomic<bool> stopping_ = false;
  Mutex mu_;
  int submitted_ ABSL_GUARDED_BY(mu_) = 0;
  bool asleep_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace
}  // namespace tcgate

int main(int argc, char** argv) {
  const tcgate::HttpLoad load = tcgate::ReadHttpLoad(argc, argv);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  tcgate::Answers answers;
  tcgate::BareLoop loop(load, answers);
  tcgate::RunHttpLoad(load, answers, [&loop] { loop.Submit(); });
}
