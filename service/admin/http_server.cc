#include "service/admin/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <cstdint>
#include <optional>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "service/admin/http_session.h"

namespace tcgate {
namespace {

namespace asio = boost::asio;
using boost::beast::error_code;

// How long to wait when a connection cannot be taken, as for want of file
// descriptors: they come back when others close. Chosen.
constexpr std::chrono::milliseconds kAcceptPause{100};

absl::StatusOr<asio::ip::tcp::endpoint> ParseAddress(absl::string_view text) {
  const std::size_t colon = text.rfind(':');
  absl::string_view host = text.substr(0, colon);
  const bool bracketed =
      absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
  std::uint32_t port = 0;
  error_code error;
  const auto address = asio::ip::make_address(std::string(host), error);
  if (error || address.is_v6() != bracketed ||
      colon == absl::string_view::npos ||
      !absl::SimpleAtoi(text.substr(colon + 1), &port) || port > UINT16_MAX) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", text, "' is not an IP address and a port, such as 127.0.0.1:0"));
  }
  return asio::ip::tcp::endpoint(address, static_cast<std::uint16_t>(port));
}

std::string FormatAddress(const asio::ip::tcp::endpoint& endpoint) {
  const std::string host = endpoint.address().to_string();
  return endpoint.address().is_v6()
             ? absl::StrCat("[", host, "]:", endpoint.port())
             : absl::StrCat(host, ":", endpoint.port());
}

}  // namespace

struct HttpServer::Parts {
  // Before `io`, with which the sessions end: they use both.
  HttpShared shared;
  std::optional<asio::ssl::context> tls;
  asio::io_context io{1};
  asio::ip::tcp::acceptor acceptor{io};
  asio::steady_timer pause{io};
  std::string address;
  std::thread thread;

  absl::Status ReadCertificate();
  absl::Status Listen();
  void Accept();
  void Open(asio::ip::tcp::socket socket);
};

absl::Status HttpServer::Parts::ReadCertificate() {
  const Options& options = shared.options;
  if (options.certificate_chain.empty()) return absl::OkStatus();
  const absl::string_view key = options.private_key.Reveal();
  try {
    tls.emplace(asio::ssl::context::tls_server);
    tls->set_options(asio::ssl::context::no_tlsv1 |
                     asio::ssl::context::no_tlsv1_1);
    tls->use_certificate_chain(asio::buffer(options.certificate_chain));
    tls->use_private_key(asio::buffer(key.data(), key.size()),
                         asio::ssl::context::pem);
  } catch (const boost::system::system_error&) {
    return absl::InvalidArgumentError(
        "the certificate or its key is not usable");
  }
  return absl::OkStatus();
}

absl::Status HttpServer::Parts::Listen() {
  absl::StatusOr<asio::ip::tcp::endpoint> endpoint =
      ParseAddress(shared.options.address);
  if (!endpoint.ok()) return endpoint.status();
  try {
    acceptor.open(endpoint->protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    // Linux hands it on to the connections.
    acceptor.set_option(asio::ip::tcp::no_delay(true));
    acceptor.bind(*endpoint);
    acceptor.listen();
    address = FormatAddress(acceptor.local_endpoint());
  } catch (const boost::system::system_error& error) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ",
                                               shared.options.address, ": ",
                                               error.code().message()));
  }
  return absl::OkStatus();
}

void HttpServer::Parts::Accept() {
  acceptor.async_accept(
      [this](const error_code& error, asio::ip::tcp::socket socket) {
        if (error) {
          pause.expires_after(kAcceptPause);
          pause.async_wait([this](const error_code&) { Accept(); });
          return;
        }
        Open(std::move(socket));
        Accept();
      });
}

void HttpServer::Parts::Open(asio::ip::tcp::socket socket) {
  if (shared.options.connected) shared.options.connected();
  if (shared.connections.size() >= shared.options.max_connections) {
    shared.connections.front()->Close();
  }
  if (tls) {
    using Stream = boost::beast::ssl_stream<boost::beast::tcp_stream>;
    std::make_shared<HttpSession<Stream>>(shared, std::move(socket), *tls)
        ->Run();
  } else {
    using Stream = boost::beast::tcp_stream;
    std::make_shared<HttpSession<Stream>>(shared, std::move(socket))->Run();
  }
}

HttpServer::HttpServer(std::unique_ptr<Parts> parts)
    : parts_(std::move(parts)) {}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(Options options,
                                                              Handler handler) {
  auto parts = std::make_unique<Parts>();
  parts->shared.options = std::move(options);
  parts->shared.handler = std::move(handler);
  absl::Status status = parts->ReadCertificate();
  if (status.ok()) status = parts->Listen();
  if (!status.ok()) return status;
  parts->Accept();
  parts->thread = std::thread([io = &parts->io] { io->run(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(parts)));
}

HttpServer::~HttpServer() {
  parts_->io.stop();
  parts_->thread.join();
}

const std::string& HttpServer::address() const { return parts_->address; }

}  // namespace tcgate
