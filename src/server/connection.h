#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "server/http_server.h"
#include "server/outbox.h"
#include "server/rate_limit.h"

namespace vividface {

/// What every connection of a server uses. One thread.
struct ServerParts {
  HttpServerOptions options;
  HttpActions actions;
  RateLimit rate;
  std::optional<boost::asio::ssl::context> tls;
  std::shared_ptr<ServerThread> thread;
  std::uint64_t requests = 0, refused = 0;  ///< answered as asked, or not
};

/// A client's connection, as the server's list of them knows it.
struct Connection {
  boost::asio::ip::address client;
  std::chrono::steady_clock::time_point heard;  ///< when the client last did something whole
  bool is_web_socket = false;
  boost::beast::tcp_stream* tcp = nullptr;  ///< below TLS; null before it starts and after its end
};

/// Serves one client until it ends or breaks the rules. Never throws but for want of memory.
boost::asio::awaitable<void> serve_connection(boost::asio::ip::tcp::socket socket, Connection& connection,
                                              ServerParts& server);

}  // namespace vividface
