#ifndef TCGATE_SERVICE_HTTP_CURL_TRANSFER_H_
#define TCGATE_SERVICE_HTTP_CURL_TRANSFER_H_

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/base/byte_budget.h"
#include "service/http/connections.h"
#include "service/http/curl_multi.h"
#include "service/http/header_list.h"
#include "service/http/http.h"
#include "service/http/keep_alive.h"
#include "service/http/reply_buffer.h"
#include "service/http/wait.h"

namespace tcgate {

// One easy handle, used for one exchange after another: what exchanges have in
// common, however their answers are read. Options that never change are set
// once, so that an exchange sets a handful.
//
// A kept connection is looked at right before a request goes out on it. If it
// is not to be used, a new one is opened: nothing was sent, so nobody is told.
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
  enum class Method { kPost, kHead };

  // `multi` must outlive it. `encodings` are those asked for, such as `gzip`;
  // an answer may come in any that libcurl knows.
  CurlTransfer(CurlMulti& multi, Method method, const char* encodings);
  // REQUIRES: no exchange is going on.
  ~CurlTransfer();

  // What an exchange may use.
  struct Limits {
    IdleLimits idle;
    std::size_t max_body_bytes;    // More is a fault.
    ByteBudget* budget = nullptr;  // For the body; null: not counted.
    bool fresh = false;            // Only a new connection will do.
  };

  // Starts an exchange; `OnOver` follows. `resolve` is an entry for
  // CURLOPT_RESOLVE that gives the addresses of the host; empty if the URL has
  // an address. What is passed by reference must live until `End`.
  void Begin(const HttpRequest& request, const std::string& resolve,
             const Limits& limits);

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
  void SetResolve(const std::string& resolve);
  void SetFresh(bool fresh);
  // Ends what is left of connecting.
  void GiveUpAttempts();
  // Whether the request may be sent on the connection with these ends.
  bool MayUse(const Connections::Ends& ends);
  void ReadDate(absl::string_view text);
  void ExplainFault(WokenBy woken_by);

  CurlMulti& multi_;
  CURL* const easy_;
  const Method method_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  // Of the endpoint whose options are set.
  std::string url_;
  std::string ca_file_;
  CurlMulti::Origin* origin_ = nullptr;

  // Of the exchange that is going on.
  const HttpRequest* request_ = nullptr;
  KeepAlive::Duration max_idle_{0};
  std::vector<Connections::Attempt> attempts_;  // To connect.
  bool stale_ = false;  // It met a connection that is not to be used.
  bool fresh_ = false;  // It is to open a new one.
  HeaderList headers_;
  // For libcurl, which reads it and copies nothing.
  std::string resolve_;
  curl_slist resolve_list_{};
  CURLcode code_ = CURLE_OK;
  ReplyBuffer reply_;
  bool repeat_refused_ = false;
  HttpResult result_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_CURL_TRANSFER_H_
