#ifndef TCGATE_SERVICE_HTTP_CURL_CLIENT_H_
#define TCGATE_SERVICE_HTTP_CURL_CLIENT_H_

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "service/http/http.h"
#include "service/http/keep_alive.h"
#include "service/http/task.h"

namespace tcgate {

class CurlMulti;
class CurlUnary;
class Loop;
class Resolver;

struct CurlClientOptions {
  // Connections idle for this long are not used, and closed. Chosen: load
  // balancers commonly close them after 60 s. At least 1 s, as `max_idle_once`.
  // Less where a server turns out to close them sooner: see keep_alive.h.
  std::chrono::seconds max_idle{50};
  // The same for requests that are `send_once`: from design, 5 s.
  std::chrono::seconds max_idle_once{5};
  // Called on the loop's thread for each connection that was opened to send a
  // request, TLS included, and for each request on one that was kept. Empty:
  // nothing is called.
  std::function<void()> on_connection_opened;
  std::function<void()> on_connection_reused;

  IdleLimits idle() const { return {max_idle, max_idle_once}; }

  // An exchange has ended; it `opened` a connection or used a kept one.
  void TellOfConnection(const HttpResult& result, bool opened) const {
    if (!result.sent) return;
    const std::function<void()>& hook =
        opened ? on_connection_opened : on_connection_reused;
    if (hook) hook();
  }
};

// HTTP/1.1 with keep-alive through libcurl's multi interface. Names are found
// by `Resolver`, never by libcurl. Connections are not limited in number, since
// calls are: one that waited here would wait unseen.
class CurlClient final : public HttpClient {
 public:
  // All must outlive it.
  CurlClient(Loop& loop, CurlMulti& multi, Resolver& resolver,
             CurlClientOptions options);
  // Exchanges still going on must never be resumed: stop the loop first.
  ~CurlClient() override;

  Task<HttpResult> Send(HttpRequest request, Cancellation& cancel) override;
  // A stream must be gone before the client.
  std::unique_ptr<HttpStream> Open(HttpRequest request,
                                   Cancellation& cancel) override;
  // The server sees `HEAD /` with nothing but a Host header, once on each
  // connection: libcurl keeps none on which nothing was sent.
  Task<int> Warm(const Endpoint& endpoint, int connections,
                 Cancellation& cancel) override;
  int connections(const Endpoint& endpoint) override;

 private:
  struct WarmUp;

  Detached WarmOne(WarmUp& all, Cancellation& cancel);
  std::unique_ptr<CurlUnary> Take();
  void GiveBack(std::unique_ptr<CurlUnary> transfer);

  Loop& loop_;
  CurlMulti& multi_;
  Resolver& resolver_;
  const CurlClientOptions options_;
  std::vector<std::unique_ptr<CurlUnary>> idle_;  // The last used is last.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_CURL_CLIENT_H_
