#ifndef TCGATE_SERVICE_ADMIN_HTTP_MESSAGE_H_
#define TCGATE_SERVICE_ADMIN_HTTP_MESSAGE_H_

// Messages of `HttpServer`, between Boost.Beast and ours. Includes Beast: only
// for .cc files.

#include <boost/beast/http.hpp>
#include <string>

#include "service/admin/http_server.h"

namespace tcgate {

// Makes our request of one that was read; takes its body away. With `too_large`
// the body was given up and is left out.
HttpServer::Request TakeRequest(
    boost::beast::http::request<boost::beast::http::string_body>& message,
    bool too_large);

// Returns the bytes of `reply` that go out, as its `sent` says. `with_body` is
// false in answer to HEAD.
std::string RenderReply(const HttpServer::Reply& reply, bool keep_alive,
                        bool with_body);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_ADMIN_HTTP_MESSAGE_H_
