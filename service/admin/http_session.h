#ifndef TCGATE_SERVICE_ADMIN_HTTP_SESSION_H_
#define TCGATE_SERVICE_ADMIN_HTTP_SESSION_H_

// One connection of `HttpServer`. Includes Boost.Beast: only for .cc files.

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "service/admin/http_message.h"
#include "service/admin/http_server.h"

namespace tcgate {

// A connection as its server sees it.
class HttpConnection {
 public:
  virtual ~HttpConnection() = default;
  virtual void Close() = 0;
};

// What the connections of one server share. Outlives them, and lives on the
// server's thread as they do.
struct HttpShared {
  HttpServer::Options options;
  HttpServer::Handler handler;
  // The one that has been quiet longest comes first.
  std::list<HttpConnection*> connections;
};

// `Stream` is a `tcp_stream`, or an `ssl_stream` over one. A session is kept by
// the operation that it waits for, and ends when it waits for none.
template <typename Stream>
class HttpSession final
    : public HttpConnection,
      public std::enable_shared_from_this<HttpSession<Stream>> {
 public:
  // `more` is what the stream is made of beside its socket.
  template <typename... More>
  HttpSession(HttpShared& shared, boost::asio::ip::tcp::socket socket,
              More&... more)
      : shared_(shared),
        stream_(std::move(socket), more...),
        timer_(stream_.get_executor()),
        place_(shared.connections.insert(shared.connections.end(), this)) {}
  ~HttpSession() override { shared_.connections.erase(place_); }
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  void Run() {
    if constexpr (std::is_same_v<Stream, boost::beast::tcp_stream>) {
      Read();
    } else {
      tcp().expires_after(shared_.options.idle);
      stream_.async_handshake(
          boost::asio::ssl::stream_base::server,
          [self = this->shared_from_this()](const Error& error) {
            if (!error) self->Read();
          });
    }
  }

  void Close() override {
    // Behind the others: the next that must go is another one.
    TouchPlace();
    timer_.cancel();
    tcp().close();
  }

 private:
  using Error = boost::beast::error_code;
  using HttpError = boost::beast::http::error;
  using Parser =
      boost::beast::http::request_parser<boost::beast::http::string_body>;

  // A GET carries up to 32 KiB of parameters in its first line.
  static constexpr std::uint32_t kMaxHeaderBytes = 64 << 10;
  // How long a peer may take to see the end of a connection; chosen.
  static constexpr std::chrono::seconds kFarewell{2};

  boost::beast::tcp_stream& tcp() {
    return boost::beast::get_lowest_layer(stream_);
  }

  void TouchPlace() {
    shared_.connections.splice(shared_.connections.end(), shared_.connections,
                               place_);
  }

  void Read() {
    parser_ = std::make_unique<Parser>();
    parser_->header_limit(kMaxHeaderBytes);
    parser_->body_limit(shared_.options.max_body_bytes);
    tcp().expires_after(shared_.options.idle);
    boost::beast::http::async_read(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](const Error& error, std::size_t) {
          self->OnRead(error);
        });
  }

  void OnRead(const Error& error) {
    static const auto& http_errors =
        make_error_code(HttpError::bad_method).category();
    TouchPlace();
    if (error == HttpError::end_of_stream ||
        error == HttpError::partial_message ||
        (error && error.category() != http_errors)) {
      return;
    }
    keep_alive_ = !error && parser_->get().keep_alive();
    if (error && error != HttpError::body_limit) {
      reply_ = {};
      reply_.status = 400;
      reply_.body = "not an HTTP request\n";
      with_body_ = true;
      Send();
      return;
    }
    const HttpServer::Request request =
        TakeRequest(parser_->get(), error == HttpError::body_limit);
    parser_.reset();
    reply_ = shared_.handler(request);
    with_body_ = request.method != "HEAD";
    After(reply_.delay, &HttpSession::Send);
  }

  // Goes on with `next` when `delay` has passed.
  void After(std::chrono::milliseconds delay, void (HttpSession::*next)()) {
    if (delay.count() == 0) {
      (this->*next)();
      return;
    }
    timer_.expires_after(delay);
    timer_.async_wait(
        [self = this->shared_from_this(), next](const Error& cancelled) {
          if (!cancelled) (self.get()->*next)();
        });
  }

  void Send() {
    if (reply_.sent != HttpServer::Sent::kWhole) keep_alive_ = false;
    const bool in_pieces = reply_.pieces && with_body_ &&
                           reply_.sent != HttpServer::Sent::kNothing;
    Write(RenderReply(reply_, keep_alive_, with_body_),
          in_pieces ? &HttpSession::NextPiece : &HttpSession::OnSent);
  }

  void Write(std::string bytes, void (HttpSession::*next)()) {
    outgoing_ = std::move(bytes);
    tcp().expires_after(shared_.options.idle);
    boost::asio::async_write(stream_, boost::asio::buffer(outgoing_),
                             [self = this->shared_from_this(), next](
                                 const Error& error, std::size_t) {
                               if (!error) (self.get()->*next)();
                             });
  }

  void NextPiece() {
    std::optional<HttpServer::Piece> piece = reply_.pieces();
    if (piece.has_value()) {
      piece_ = RenderChunk(piece->bytes);
      After(piece->delay, &HttpSession::SendPiece);
    } else if (reply_.sent == HttpServer::Sent::kWhole) {
      Write(RenderChunk(""), &HttpSession::OnSent);
    } else {
      OnSent();
    }
  }

  void SendPiece() { Write(std::move(piece_), &HttpSession::NextPiece); }

  void OnSent() {
    const bool reset = reply_.sent == HttpServer::Sent::kHalfAndReset;
    reply_ = {};
    outgoing_ = {};
    if (keep_alive_) {
      Read();
      return;
    }
    Error ignored;  // The connection ends either way.
    if (reset) {
      // No lingering: the kernel then ends the connection with a reset.
      tcp().socket().set_option(boost::asio::socket_base::linger(true, 0),
                                ignored);
      tcp().close();
      return;
    }
    tcp().socket().shutdown(boost::asio::socket_base::shutdown_send, ignored);
    tcp().expires_after(kFarewell);
    Drain();
  }

  // Reads on until the peer closes: closing over unread bytes would be a reset,
  // which may overtake the reply.
  void Drain() {
    tcp().async_read_some(
        boost::asio::buffer(scrap_),
        [self = this->shared_from_this()](const Error& error, std::size_t) {
          if (!error) self->Drain();
        });
  }

  HttpShared& shared_;
  Stream stream_;
  boost::asio::steady_timer timer_;
  std::list<HttpConnection*>::iterator place_;
  boost::beast::flat_buffer buffer_;
  std::unique_ptr<Parser> parser_;
  bool keep_alive_ = false;
  // The reply that goes out, until it has.
  HttpServer::Reply reply_;
  bool with_body_ = true;
  std::string piece_;
  std::string outgoing_;
  std::array<char, 4096> scrap_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_ADMIN_HTTP_SESSION_H_
