#include "service/admin/http_message.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

absl::string_view View(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

absl::string_view HttpServer::Request::Header(absl::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

absl::string_view HttpServer::Request::path() const {
  return absl::string_view(target).substr(0, target.find('?'));
}

absl::string_view HttpServer::Request::query() const {
  const std::size_t mark = target.find('?');
  if (mark == std::string::npos) return {};
  return absl::string_view(target).substr(mark + 1);
}

HttpServer::Request TakeRequest(
    boost::beast::http::request<boost::beast::http::string_body>& message,
    bool too_large) {
  HttpServer::Request request;
  request.method = std::string(View(message.method_string()));
  request.target = std::string(View(message.target()));
  for (const auto& field : message) {
    request.headers.emplace_back(
        absl::AsciiStrToLower(View(field.name_string())),
        std::string(View(field.value())));
  }
  request.too_large = too_large;
  if (!too_large) request.body = std::move(message.body());
  return request;
}

std::string RenderReply(const HttpServer::Reply& reply, bool keep_alive,
                        bool with_body) {
  using Sent = HttpServer::Sent;
  if (reply.sent == Sent::kNothing) return {};
  std::string text =
      absl::StrCat("HTTP/1.1 ", reply.status, " ",
                   View(boost::beast::http::obsolete_reason(
                       boost::beast::http::int_to_status(reply.status))),
                   "\r\nContent-Type: ", reply.content_type);
  if (reply.pieces) {
    absl::StrAppend(&text, "\r\nTransfer-Encoding: chunked");
  } else {
    absl::StrAppend(&text, "\r\nContent-Length: ", reply.body.size());
  }
  absl::StrAppend(&text, keep_alive ? "\r\nConnection: keep-alive"
                                    : "\r\nConnection: close");
  for (const auto& [name, value] : reply.more_headers) {
    absl::StrAppend(&text, "\r\n", name, ": ", value);
  }
  absl::StrAppend(&text, "\r\n\r\n");
  if (!with_body || reply.pieces) return text;
  const std::size_t length =
      reply.sent == Sent::kWhole ? reply.body.size() : reply.body.size() / 2;
  text.append(reply.body, 0, length);
  return text;
}

std::string RenderChunk(absl::string_view bytes) {
  return absl::StrCat(absl::Hex(bytes.size()), "\r\n", bytes, "\r\n");
}

}  // namespace tcgate
