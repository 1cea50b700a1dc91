#ifndef TCGATE_SERVICE_HTTP_CURL_TRANSFER_H_
#define TCGATE_SERVICE_HTTP_CURL_TRANSFER_H_

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <ctime>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/http/curl_multi.h"
#include "service/http/http.h"
#include "service/http/reply_buffer.h"
#include "service/http/wait.h"

namespace tcgate {

// One easy handle, used for one exchange after another: what exchanges have in
// common, however their answers are read. Options that never change are set
// once, so that an exchange sets a handful.
//
// libcurl sends a request again by itself when a kept connection closes before
// a byte of the answer. It asks before each sending, and is told no the second
// time: so each exchange is one request on the wire, and `sent` is exact.
class CurlTransfer : private CurlMulti::Transfer {
 public:
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // Whether the last exchange opened a connection of its own, TLS included.
  bool opened_connection() const;

 protected:
  // `multi` must outlive it. `encodings` are those asked for, such as `gzip`;
  // an answer may come in any that libcurl knows.
  CurlTransfer(CurlMulti& multi, const char* encodings);
  // REQUIRES: no exchange is going on.
  ~CurlTransfer();

  // Starts an exchange; `OnOver` follows. `resolve` is an entry for
  // CURLOPT_RESOLVE that gives the addresses of the host; empty if the URL has
  // an address. Connections idle for `max_idle_seconds` are not used. What is
  // passed by reference must live until `End`. A body of more than
  // `max_body_bytes` is a fault.
  void Begin(const HttpRequest& request, const std::string& resolve,
             long max_idle_seconds, std::size_t max_body_bytes);

  // Ends the exchange and fills in `result`, but for the body. If it is not
  // over it is cut off: its time has passed (`kTime`) or nobody wants it any
  // more (`kCancel`).
  void End(WokenBy woken_by);

  // Fills in status, content type and date, as far as they have come.
  void ReadHead();

  // For `TakeBody`: `OnMore` follows, outside of libcurl.
  void TellOfMore() { multi_.TellOfMore(*this); }

  CURL* easy() const { return easy_; }
  ReplyBuffer& reply() { return reply_; }
  HttpResult& result() { return result_; }
  const HttpResult& result() const { return result_; }

 private:
  // A part of the body has come. Returns what CURLOPT_WRITEFUNCTION returns.
  virtual std::size_t TakeBody(absl::string_view part) = 0;
  // The answer is whole, or will never be.
  virtual void OnOver() = 0;

  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count,
                              void* self);
  static std::size_t OnBody(char* data, std::size_t size, std::size_t count,
                            void* self);
  static int OnSending(void* self, char* peer_ip, char* own_ip, int peer_port,
                       int own_port);
  static curl_socket_t OnConnecting(void* self, curlsocktype purpose,
                                    curl_sockaddr* address);
  static int OnResolving(void* state, void* reserved, void* self);

  void OnDone(CURLcode code) override;
  void SetEndpoint(const Endpoint& endpoint);
  void SetHeaders(const std::vector<std::string>& headers);
  void ReadDate(absl::string_view text);
  void ExplainFault(WokenBy woken_by);

  CurlMulti& multi_;
  CURL* const easy_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  // Of the endpoint whose options are set.
  std::string url_;
  std::string ca_file_;
  std::string host_header_;
  // The Date header seen last.
  std::string date_text_;
  std::time_t date_seconds_ = -1;

  // Of the exchange that is going on.
  const HttpRequest* request_ = nullptr;
  // Lists for libcurl, which reads them and copies nothing.
  std::vector<curl_slist> headers_;
  curl_slist resolve_{};
  CURLcode code_ = CURLE_OK;
  ReplyBuffer reply_;
  bool repeat_refused_ = false;
  HttpResult result_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_CURL_TRANSFER_H_
