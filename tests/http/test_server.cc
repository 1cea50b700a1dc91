#include "tests/http/test_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace tcgate {

TestServer::TestServer(Handler handler, SSL_CTX* tls)
    : handler_(std::move(handler)), tls_(tls) {
  std::signal(SIGPIPE, SIG_IGN);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
  listen(listener_, SOMAXCONN);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

TestServer::~TestServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  std::list<std::thread> threads;
  {
    MutexLock lock(mu_);
    for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
}

std::string TestServer::Url(const std::string& host) const {
  return absl::StrCat(tls_ == nullptr ? "http://" : "https://", host, ":",
                      port_, "/");
}

int TestServer::connections() const {
  MutexLock lock(mu_);
  return connections_;
}

int TestServer::open() const {
  MutexLock lock(mu_);
  return static_cast<int>(sockets_.size());
}

int TestServer::resumptions() const {
  MutexLock lock(mu_);
  return resumptions_;
}

void TestServer::Accept() {
  for (;;) {
    const int socket = accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    MutexLock lock(mu_);
    ++connections_;
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] { Serve(socket); });
  }
}

void TestServer::Serve(int socket) {
  SSL* tls = nullptr;
  bool greeted = true;
  if (tls_ != nullptr) {
    tls = SSL_new(tls_);
    SSL_set_fd(tls, socket);
    greeted = SSL_accept(tls) == 1;
    if (greeted && SSL_session_reused(tls) == 1) {
      MutexLock lock(mu_);
      ++resumptions_;
    }
  }
  if (greeted) {
    Connection connection(socket, tls);
    handler_(connection);
  }
  if (tls != nullptr) {
    SSL_shutdown(tls);
    SSL_free(tls);
  }
  MutexLock lock(mu_);
  sockets_.remove(socket);
  close(socket);
}

int TestServer::Connection::Read(char* into, int most) {
  if (tls_ != nullptr) return SSL_read(tls_, into, most);
  return static_cast<int>(
      recv(socket_, into, static_cast<std::size_t>(most), 0));
}

bool TestServer::Connection::ReadRequest() {
  request_.clear();
  std::size_t size = std::string::npos;  // Of the whole request, once known.
  while (request_.size() < size) {
    char bytes[4096];
    const int count = Read(bytes, sizeof(bytes));
    if (count <= 0) return false;
    request_.append(bytes, static_cast<std::size_t>(count));
    const std::size_t end = request_.find("\r\n\r\n");
    if (size != std::string::npos || end == std::string::npos) continue;
    constexpr absl::string_view kLength = "Content-Length: ";
    const std::size_t at = request_.find(kLength.data());
    std::size_t body = 0;
    if (at < end) {
      const std::size_t from = at + kLength.size();
      (void)absl::SimpleAtoi(absl::string_view(request_).substr(
                                 from, request_.find("\r\n", at) - from),
                             &body);
    }
    size = end + 4 + body;
  }
  return true;
}

bool TestServer::Connection::WaitForRequest(std::chrono::milliseconds time) {
  pollfd waiting{socket_, POLLIN, 0};
  return poll(&waiting, 1, static_cast<int>(time.count())) == 1;
}

bool TestServer::Connection::ReadSome() {
  char bytes[4096];
  return Read(bytes, sizeof(bytes)) > 0;
}

void TestServer::Connection::WaitForClose() {
  while (ReadSome()) {
  }
}

bool TestServer::Connection::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    const auto count =
        tls_ != nullptr
            ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
            : send(socket_, bytes.data(), bytes.size(), 0);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void TestServer::Connection::SayClosed() { SSL_shutdown(tls_); }

void TestServer::Connection::CloseWriting() { shutdown(socket_, SHUT_WR); }

void TestServer::Connection::ResetOnClose() {
  const linger now{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

std::string Reply(absl::string_view body) {
  return absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(),
                      "\r\n\r\n", body);
}

TestServer::Handler Always(std::string reply) {
  return [reply = std::move(reply)](TestServer::Connection& connection) {
    while (connection.ReadRequest() && connection.Write(reply)) {
    }
  };
}

}  // namespace tcgate
