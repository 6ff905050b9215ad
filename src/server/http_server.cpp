#include "server/http_server.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <thread>
#include <utility>

#include "base/error.h"
#include "server/connection.h"
#include "server/ip_address.h"
#include "server/metrics_text.h"

namespace vividface {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

auto failing_into(Error& error) { return asio::redirect_error(asio::use_awaitable, error); }

}  // namespace

class HttpServer::Listener {
 public:
  Listener(const HttpServerOptions& options, HttpActions actions)
      : server_{.options = options,
                .actions = std::move(actions),
                .rate = RateLimit(options.max_requests_per_s),
                .tls = options.tls ? std::optional(tls_context(*options.tls)) : std::nullopt,
                .thread = std::make_shared<ServerThread>(context_)},
        acceptor_(listen()) {
    server_.actions.metrics = [this, of_service = std::move(server_.actions.metrics)] {
      return (of_service ? of_service() : "") + metrics();
    };
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::thread([this] { run(); });
  }

  ~Listener() {
    server_.thread->end();
    context_.stop();
    thread_.join();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  using Connections = std::list<Connection>;

  tcp::acceptor listen() {
    const HttpServerOptions& options = server_.options;
    try {
      const tcp::endpoint endpoint(asio::ip::make_address(options.address), options.port);
      return {context_, endpoint, /*reuse_addr=*/true};
    } catch (const boost::system::system_error& error) {
      throw InputError("cannot listen on " + options.address + " port " + std::to_string(options.port) + ": " +
                       error.code().message() + "; give another --bind or --port");
    }
  }

  void run() {
    for (;;) {
      try {
        context_.run();
        return;
      } catch (const std::exception& error) {  // such as no memory for one request: the others go on
        spdlog::warn("a request failed: {}", error.what());
      }
    }
  }

  asio::awaitable<void> accept() {
    asio::steady_timer pause(context_);
    for (;;) {
      Error error;
      tcp::socket socket = co_await acceptor_.async_accept(failing_into(error));
      if (error) {  // such as too many open files
        pause.expires_after(std::chrono::milliseconds(100));
        co_await pause.async_wait(failing_into(error));
        continue;
      }
      try {
        take(std::move(socket));
      } catch (const std::exception& failure) {  // no memory: this client goes, the server stays
        spdlog::warn("a connection failed: {}", failure.what());
      }
    }
  }

  void take(tcp::socket socket) {
    Error error;
    const asio::ip::address client = client_of(socket.remote_endpoint(error).address());
    const auto now = std::chrono::steady_clock::now();
    if (error) return;                                                                // gone already
    if (!is_loopback(client.to_string()) && !server_.rate.take(client, now)) return;  // a handshake costs, too
    make_room(server_.options.max_client_connections, [&](const Connection& other) { return other.client == client; });
    make_room(server_.options.max_connections, [](const Connection&) { return true; });
    const auto entry = connections_.insert(connections_.end(), {.client = client, .heard = now});
    asio::co_spawn(context_, serve_connection(std::move(socket), *entry, server_),
                   [this, entry](const std::exception_ptr&) { connections_.erase(entry); });
  }

  /// With `most` of a kind open, closes that which has been silent for longest; its coroutine takes it out.
  template <typename IsOfKind>
  void make_room(std::size_t most, IsOfKind is_of_kind) {
    std::size_t open = 0;
    Connection* silent = nullptr;
    for (Connection& connection : connections_) {
      if (connection.tcp == nullptr || !connection.tcp->socket().is_open() || !is_of_kind(connection)) continue;
      ++open;
      if (silent == nullptr || connection.heard < silent->heard) silent = &connection;
    }
    if (open >= most) silent->tcp->close();
  }

  std::string metrics() const {
    MetricsText out;
    const auto count = [&](bool web_sockets) {
      return static_cast<double>(std::count_if(connections_.begin(), connections_.end(), [&](const Connection& open) {
        return open.is_web_socket == web_sockets;
      }));
    };
    out.family("vividface_connections", "gauge", "Clients that are connected.");
    out.sample(count(false), "kind=\"http\"");
    out.sample(count(true), "kind=\"websocket\"");
    out.family("vividface_requests_total", "counter", "Requests that were answered.");
    out.sample(static_cast<double>(server_.requests), "result=\"answered\"");
    out.sample(static_cast<double>(server_.refused), "result=\"refused\"");
    return out.text();
  }

  ServerParts server_;
  Connections connections_;      // both outlive
  asio::io_context context_{1};  // the coroutines, which end with the context
  tcp::acceptor acceptor_;
  std::thread thread_;
};

HttpServer::HttpServer(const HttpServerOptions& options, HttpActions actions)
    : listener_(std::make_unique<Listener>(options, std::move(actions))) {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return listener_->port(); }

}  // namespace vividface
