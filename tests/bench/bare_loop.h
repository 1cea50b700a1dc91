#ifndef TCGATE_TESTS_BENCH_BARE_LOOP_H_
#define TCGATE_TESTS_BENCH_BARE_LOOP_H_

#include <curl/curl.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "service/base/mutex.h"
#include "tests/bench/http_load.h"

namespace tcgate {

inline std::size_t AppendReply(char* data, std::size_t size, std::size_t count,
                               void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

// libcurl's multi interface as bare as it can be, on a thread that is handed
// each request by another and hands the answer back. No coroutines, timers,
// names, limits or checks.
class BareLoop {
 public:
  using Answered = std::function<void(int status)>;

  // `load` says where to, how many at a time and how much; it must outlive the
  // loop.
  explicit BareLoop(const HttpLoad& load)
      : load_(load), body_(static_cast<std::size_t>(load.body_bytes), 'x') {
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

  // Sends one request. `answered` is called on the loop's thread. Thread-safe.
  void Submit(Answered answered) {
    bool wake = false;
    {
      MutexLock lock(mu_);
      submitted_.push_back(std::move(answered));
      wake = std::exchange(asleep_, false);
    }
    if (wake) curl_multi_wakeup(multi_);
  }

 private:
  struct Exchange {
    CURL* easy = nullptr;
    std::string reply;
    Answered answered;
  };

  Exchange* NewExchange() {
    auto* exchange = new Exchange{curl_easy_init(), {}, {}};
    CURL* const easy = exchange->easy;
    curl_easy_setopt(easy, CURLOPT_URL, load_.url.c_str());
    curl_easy_setopt(easy, CURLOPT_CAINFO, load_.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &AppendReply);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange->reply);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
    return exchange;
  }

  void Start(Answered answered) {
    if (idle_.empty()) idle_.push_back(NewExchange());
    Exchange* const exchange = idle_.back();
    idle_.pop_back();
    exchange->reply.clear();
    exchange->answered = std::move(answered);
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
    exchange->answered(static_cast<int>(status));
  }

  // `sleeps`: if there are none, the next one has to wake this thread.
  std::vector<Answered> TakeSubmitted(bool sleeps) {
    MutexLock lock(mu_);
    asleep_ = sleeps && submitted_.empty();
    return std::exchange(submitted_, {});
  }

  void Run() {
    while (!stopping_) {
      std::vector<Answered> submitted = TakeSubmitted(/*sleeps=*/true);
      if (submitted.empty()) {
        curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
        submitted = TakeSubmitted(/*sleeps=*/false);
      }
      for (Answered& answered : submitted) Start(std::move(answered));
      int running = 0;
      curl_multi_perform(multi_, &running);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        Finish(message->easy_handle);
      }
    }
  }

  const HttpLoad& load_;
  const std::string body_;
  curl_slist* headers_ = nullptr;
  CURLM* const multi_ = curl_multi_init();
  std::vector<Exchange*> idle_;
  std::atomic<bool> stopping_ = false;
  Mutex mu_;
  std::vector<Answered> submitted_ ABSL_GUARDED_BY(mu_);
  bool asleep_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_BENCH_BARE_LOOP_H_
