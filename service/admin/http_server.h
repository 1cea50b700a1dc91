#ifndef TCGATE_SERVICE_ADMIN_HTTP_SERVER_H_
#define TCGATE_SERVICE_ADMIN_HTTP_SERVER_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/base/secret.h"

namespace tcgate {

// A small HTTP/1.1 server with keep-alive, plain or TLS, on one thread of its
// own. Made for the admin port and for imitations of an upstream; a client that
// is slow, silent or gone holds up neither the others nor the end.
class HttpServer {
 public:
  struct Request {
    std::string method;  // As sent, such as `GET`.
    std::string target;  // As sent, such as `/?a=b`.
    // In the order sent; names in lower case.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    // The body is over `max_body_bytes` and was not read; `body` is empty.
    bool too_large = false;

    // Returns the value of the first header called `name`, which is in lower
    // case; empty if there is none.
    absl::string_view Header(absl::string_view name) const;
    // The target up to its `?`, and what follows it.
    absl::string_view path() const;
    absl::string_view query() const;
  };

  // How much of a reply goes out. All but `kWhole` are faults made on purpose,
  // and end the connection.
  enum class Sent {
    kWhole,
    kHalf,          // Half of the body is missing when the connection ends.
    kHalfAndReset,  // The same, by a reset.
    kNothing,       // The connection ends without a byte.
  };

  // One part of a body that comes in parts.
  struct Piece {
    std::string bytes;                   // Not empty.
    std::chrono::milliseconds delay{0};  // Waited before it is sent.
  };

  struct Reply {
    unsigned status = 200;
    std::string content_type = "text/plain";
    std::string body;
    // A body that comes in parts, in place of `body`: called on the server's
    // thread for the next, once the one before has been taken by the peer's
    // window; nothing ends it. So a slow reader holds one part in memory. Of
    // `sent`, kHalf and kHalfAndReset break the body where the parts end.
    std::function<std::optional<Piece>()> pieces;
    std::vector<std::pair<std::string, std::string>> more_headers;
    std::chrono::milliseconds delay{0};  // Waited before it is sent.
    Sent sent = Sent::kWhole;
  };

  struct Options {
    // IP address and port, `127.0.0.1:0` or `[::1]:0`; port 0 is any free one.
    std::string address;
    // PEM: the certificate, followed by those above it. Empty: plain HTTP.
    std::string certificate_chain;
    Secret private_key;  // PEM, of the first certificate.
    // When one more comes, the connection that has been quiet longest is
    // closed: silent clients cannot lock others out.
    std::size_t max_connections = 64;
    std::size_t max_body_bytes = 8 << 10;
    // For one whole request to arrive, one reply to be taken, or the next
    // request to begin.
    std::chrono::milliseconds idle{30'000};
    // Called for each connection, on the server's thread. May be empty.
    std::function<void()> connected;
  };

  // Answers one request, on the server's thread: must not block.
  using Handler = std::function<Reply(const Request&)>;

  // Fails with kInvalidArgument for an address, certificate or key that cannot
  // be read, and kUnavailable if the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(Options options,
                                                           Handler handler);

  // Closes every connection and joins the thread.
  ~HttpServer();

  // The address listened on, with the port that was chosen.
  const std::string& address() const;

 private:
  struct Parts;
  explicit HttpServer(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_ADMIN_HTTP_SERVER_H_
