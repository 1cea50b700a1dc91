#ifndef TCGATE_TESTS_HTTP_TEST_SERVER_H_
#define TCGATE_TESTS_HTTP_TEST_SERVER_H_

#include <openssl/ssl.h>

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "service/base/mutex.h"

namespace tcgate {

// A server that says and does exactly what the test wants, byte by byte, on a
// port of its own of 127.0.0.1. Each connection has a thread, in which the
// handler reads and writes; the connection is closed when it returns.
class TestServer {
 public:
  class Connection {
   public:
    Connection(int socket, SSL* tls) : socket_(socket), tls_(tls) {}

    // Reads one request, headers and body. False if the connection ended first.
    bool ReadRequest();
    // What `ReadRequest` read last, as it came.
    const std::string& request() const { return request_; }
    // Reads whatever comes first. False if the connection ended.
    bool ReadSome();
    // Waits for a request for so long. False if none began.
    bool WaitForRequest(std::chrono::milliseconds time);
    // Waits until the client closes or resets the connection.
    void WaitForClose();
    // False if the connection ended.
    bool Write(absl::string_view bytes);
    // Says by TLS that it closes, and does not; on return the client's side
    // knows.
    void SayClosed();
    // Closes this side; on return the client's side knows.
    void CloseWriting();
    // From now on closing is a reset.
    void ResetOnClose();

   private:
    int Read(char* into, int most);

    const int socket_;
    SSL* const tls_;
    std::string request_;
  };
  using Handler = std::function<void(Connection&)>;

  // `tls` null: plain text.
  explicit TestServer(Handler handler, SSL_CTX* tls = nullptr);
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  ~TestServer();

  // `https://host:port/` or `http://host:port/`.
  std::string Url(const std::string& host = "127.0.0.1") const;
  int port() const { return port_; }
  int connections() const ABSL_LOCKS_EXCLUDED(mu_);
  // Connections that are open now.
  int open() const ABSL_LOCKS_EXCLUDED(mu_);
  // Handshakes that took up a session of an earlier one.
  int resumptions() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Accept();
  void Serve(int socket);

  const Handler handler_;
  SSL_CTX* const tls_;
  int listener_ = -1;
  int port_ = 0;

  mutable Mutex mu_;
  std::list<int> sockets_ ABSL_GUARDED_BY(mu_);
  std::list<std::thread> threads_ ABSL_GUARDED_BY(mu_);
  int connections_ ABSL_GUARDED_BY(mu_) = 0;
  int resumptions_ ABSL_GUARDED_BY(mu_) = 0;
  std::thread acceptor_;
};

// `HTTP/1.1 200 OK` with this body.
std::string Reply(absl::string_view body);

// Answers every request with `reply`.
TestServer::Handler Always(std::string reply);

}  // namespace tcgate

#endif  // TCGATE_TESTS_HTTP_TEST_SERVER_H_
