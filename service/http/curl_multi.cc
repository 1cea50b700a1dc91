#include "service/http/curl_multi.h"

#include <algorithm>

namespace tcgate {
namespace {

CurlMulti::Transfer* TransferOf(CURL* easy) {
  void* transfer = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
  return static_cast<CurlMulti::Transfer*>(transfer);
}

CURLM* NewMulti() {
  // Counted by libcurl: the first call initialises it, the last cleans up.
  curl_global_init(CURL_GLOBAL_DEFAULT);
  return curl_multi_init();
}

}  // namespace

CurlMulti::CurlMulti(std::size_t max_connections)
    : multi_(NewMulti()), share_(curl_share_init()) {
  // By default libcurl keeps four for each handle it has at the moment, so the
  // end of a burst would close what the next one needs.
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS,
                    static_cast<long>(max_connections));
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

CurlMulti::~CurlMulti() {
  curl_multi_cleanup(multi_);
  curl_share_cleanup(share_);
  curl_global_cleanup();
}

void CurlMulti::Add(CURL* easy, Transfer& transfer) {
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_multi_add_handle(multi_, easy);
}

void CurlMulti::Remove(CURL* easy) {
  if (!more_.empty()) {
    std::replace(more_.begin(), more_.end(), TransferOf(easy),
                 static_cast<Transfer*>(nullptr));
  }
  curl_multi_remove_handle(multi_, easy);
}

void CurlMulti::Wait(std::chrono::milliseconds most) {
  // Chosen: fits an int. Waking once an hour costs nothing.
  constexpr std::chrono::milliseconds kLongest = std::chrono::hours(1);
  curl_multi_poll(multi_, nullptr, 0,
                  static_cast<int>(std::min(most, kLongest).count()), nullptr);
}

void CurlMulti::RunReady() {
  int running = 0;
  curl_multi_perform(multi_, &running);
  // By index: telling one may continue another, which adds to the list.
  for (std::size_t i = 0; i < more_.size(); ++i) {
    if (more_[i] != nullptr) more_[i]->OnMore();
  }
  more_.clear();
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    // A copy: removing the handle frees the message.
    const CURLcode code = message->data.result;
    TransferOf(message->easy_handle)->OnDone(code);
  }
}

void CurlMulti::Wake() { curl_multi_wakeup(multi_); }

}  // namespace tcgate
