#ifndef TCGATE_SERVICE_HTTP_HTTP_H_
#define TCGATE_SERVICE_HTTP_HTTP_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "service/base/byte_budget.h"
#include "service/base/clock.h"
#include "service/http/task.h"

namespace tcgate {

class Cancellation;

// Where requests go: one upstream host, and how it is verified. Immutable and
// long-lived; connections are kept for each.
struct Endpoint {
  std::string url;      // `https://host[:port]/`; `http` only for loopback.
  std::string host;     // Value of the Host header: host, and port unless 443.
  std::string ca_file;  // PEM. Empty: the system's trust store.
};

// Header lines of a request, as one text: what reads it, libcurl, looks through
// all that it is given for each header that it would add itself.
class HttpHeaders {
 public:
  // `name` and `value` are validated: no CR, LF, NUL. Not Host, Content-Type or
  // any other header that an HTTP client adds by itself.
  void Add(absl::string_view name, absl::string_view value);
  // Makes room for so many bytes, all together.
  void Reserve(std::size_t bytes) { text_.reserve(bytes); }

  // `Name: value` for each, CRLF between them. Empty: there are none.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// One POST.
struct HttpRequest {
  const Endpoint* endpoint = nullptr;  // Outlives the exchange.
  absl::string_view content_type;      // A literal. Empty: not said.
  HttpHeaders headers;                 // Others.
  std::string body;
  MonoTime deadline;  // Of the whole exchange.
  // The action must not run twice. Every request is sent at most once; for this
  // one only a connection that was idle for less than 5 s is used, since one
  // that the server is about to close leaves unknown whether the action ran.
  bool send_once = false;
  std::size_t max_reply_bytes = 0;  // After decompression.
  // What the body of the reply is counted in while it comes and is held; must
  // outlive both. Null: not counted.
  ByteBudget* budget = nullptr;
};

// Bytes behind the body of a reply that may be read, though they mean nothing:
// what SIMD parsers ask for. Those of SIMDJSON_PADDING.
inline constexpr std::size_t kReplyPadding = 64;

// How an exchange failed. An answer of any HTTP status is no failure.
enum class HttpFault {
  kNone,
  kName,       // The host name was not found, or its server did not answer.
  kConnect,    // No connection.
  kTls,        // Handshake or certificate.
  kTimeout,    // The deadline passed: while connecting, or with `sent`.
  kBroken,     // Reset, or cut in the middle of the answer.
  kTooLarge,   // The answer outgrew `max_reply_bytes`, or its headers 64 KiB.
  kNoRoom,     // `HttpRequest::budget` has no room for more of the answer.
  kCancelled,  // `Cancellation` was requested.
};

struct HttpResult {
  HttpFault fault = HttpFault::kNone;
  // Whether sending began. A fault with `sent` false means that the action
  // certainly did not run.
  bool sent = false;
  int status = 0;  // Such as 200; 0 without an answer.
  // Decompressed; cut or empty on a fault. Unless it is empty, its capacity is
  // at least `kReplyPadding` more than its size.
  std::string body;
  // What the capacity of `body` takes of the budget: to be kept with it.
  ByteHold held{nullptr};
  std::string content_type;
  std::optional<WallTime> date;  // The Date header, to the second.
  std::string error;             // For logs and messages: no header, no body.

  // Whether there was no connection to send on.
  bool not_connected() const {
    return !sent &&
           (fault == HttpFault::kConnect || fault == HttpFault::kTimeout);
  }

  // Everything but the body, of which there is one.
  HttpResult WithoutBody() const {
    HttpResult head;
    head.fault = fault;
    head.sent = sent;
    head.status = status;
    head.content_type = content_type;
    head.date = date;
    head.error = error;
    return head;
  }
};

// An exchange whose answer is read while it comes. The server is made to wait
// while nobody reads: some 150 KiB of the answer are held here at most, beside
// what the kernel holds. Lives on the loop's thread.
//
// Destroying it closes the socket at once, unless the exchange is over.
class HttpStream {
 public:
  virtual ~HttpStream() = default;

  // Gives the part of the body that has come since, after waiting for one.
  // Empty: the exchange is over, and `result` says how. The first call sends
  // the request. At `until`, or soon after the cancellation was requested, it
  // gives up: the socket is closed. One call at a time.
  virtual Task<std::string> Read(MonoTime until) = 0;

  // Without a body. The head of the answer is known once `Read` has given a
  // part, everything else once it gave none.
  virtual const HttpResult& result() const = 0;

  // The value of a header of the answer, empty if it has none. From the first
  // part on.
  virtual std::string Header(const char* name) const = 0;
};

// Sends requests: each at most once, never repeated, never redirected. Lives on
// the loop's thread.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Reads the whole answer. Returns soon after `cancel` is requested, the
  // socket closed.
  virtual Task<HttpResult> Send(HttpRequest request, Cancellation& cancel) = 0;

  // Reads the answer in parts; nothing is sent before the first. No compression
  // is asked for, which would gather events; `request.deadline`,
  // `max_reply_bytes` and `budget` do not count: who reads decides how long and
  // how much.
  // `cancel` must outlive the stream.
  virtual std::unique_ptr<HttpStream> Open(HttpRequest request,
                                           Cancellation& cancel) = 0;

  // Opens connections to `endpoint`, TLS included, until `connections` are
  // open, used and idle together; requests use them as any other. Runs no
  // action and signs nothing. Returns how many it opened, within seconds, or
  // soon after `cancel` is requested. `endpoint` must outlive the task.
  virtual Task<int> Warm(const Endpoint& endpoint, int connections,
                         Cancellation& cancel) = 0;

  // Connections to `endpoint` that are open now, used and idle together.
  virtual int connections(const Endpoint& endpoint) = 0;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_HTTP_H_
