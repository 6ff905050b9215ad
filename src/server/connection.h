#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>

#include "server/connections.h"
#include "server/http_server.h"
#include "server/outbox.h"
#include "server/rate_limit.h"

namespace vividface {

/// What every connection of a server uses. One thread.
struct ServerParts {
  HttpServerOptions options;
  HttpActions actions;
  RateLimit rate;
  Connections connections;
  std::optional<boost::asio::ssl::context> tls;
  std::shared_ptr<ServerThread> thread;
  /// For answers that may wait.
  std::unique_ptr<boost::asio::thread_pool> waiting = std::make_unique<boost::asio::thread_pool>(1);
  std::uint64_t requests = 0, refused = 0;  ///< answered as asked, or not
};

/// Serves one client until it ends or breaks the rules. Never throws but for want of memory.
boost::asio::awaitable<void> serve_connection(boost::asio::ip::tcp::socket socket, Connection& connection,
                                              ServerParts& server);

}  // namespace vividface
