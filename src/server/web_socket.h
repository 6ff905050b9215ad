#pragma once

#include <boost/beast/ssl/ssl_stream.hpp>
#include <string_view>

#include "server/connection.h"

namespace vividface {

using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

/// Whether there is a WebSocket of that path: /ws/stream takes frames and answers what became of each, /ws/state tells
/// the state and the controls, /ws/preview shows pictures.
bool is_web_socket(std::string_view path);

/// Serves the client that asked by `request` for one of them, which must be there (actions_of), until it ends or breaks
/// the rules.
boost::asio::awaitable<void> serve_web_socket(boost::beast::tcp_stream stream, HttpRequest request,
                                              Connection& connection, ServerParts& server);
boost::asio::awaitable<void> serve_web_socket(TlsStream stream, HttpRequest request, Connection& connection,
                                              ServerParts& server);

}  // namespace vividface
