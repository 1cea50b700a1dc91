#ifndef TCGATE_SERVICE_ADMIN_HTTP_MESSAGE_H_
#define TCGATE_SERVICE_ADMIN_HTTP_MESSAGE_H_

// Messages of `HttpServer`, between Boost.Beast and ours. Includes Beast: only
// for .cc files.

#include <boost/beast/http.hpp>
#include <string>

#include "absl/strings/string_view.h"
#include "service/admin/http_server.h"

namespace tcgate {

// Makes our request of one that was read; takes its body away. With `too_large`
// the body was given up and is left out.
HttpServer::Request TakeRequest(
    boost::beast::http::request<boost::beast::http::string_body>& message,
    bool too_large);

// Returns the bytes of `reply` that go out, as its `sent` says; of one that
// comes in pieces, those before the first. `with_body` is false in answer to
// HEAD.
std::string RenderReply(const HttpServer::Reply& reply, bool keep_alive,
                        bool with_body);

// One chunk of the chunked coding; the last is that of no bytes.
std::string RenderChunk(absl::string_view bytes);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_ADMIN_HTTP_MESSAGE_H_
