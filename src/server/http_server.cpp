#include "server/http_server.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "base/error.h"
#include "server/connection.h"
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
                .connections = Connections(options.max_connections, options.max_client_connections),
                .tls = options.tls ? std::optional(tls_context(*options.tls)) : std::nullopt,
                .thread = std::make_shared<ServerThread>(context_)},
        acceptor_(listen()) {
    server_.actions.metrics = [this, of_service = std::move(server_.actions.metrics)] {
      return (of_service ? of_service() : "") + metrics();
    };
    thread_ = std::thread([this] { run(); });
  }

  ~Listener() {
    server_.thread->end();
    context_.stop();
    thread_.join();
    server_.waiting->join();  // what it comes to would go to the context
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
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
        if (!std::exchange(accepts_, true))
          asio::co_spawn(context_, accept(), [this](auto failure) { ended(failure); });
        context_.run();
        return;
      } catch (const std::exception& error) {  // such as no memory for one request: the others go on
        warn(error.what());
      }
    }
  }

  void ended(const std::exception_ptr& failure) {
    accepts_ = false;  // run() begins anew
    if (failure) std::rethrow_exception(failure);
  }

  asio::awaitable<void> accept() {
    asio::steady_timer pause(context_);
    for (;;) {
      Error error;
      std::string failure;
      try {
        tcp::socket socket = co_await acceptor_.async_accept(failing_into(error));
        if (!error) take(std::move(socket));
        if (error) failure = error.message();   // such as too many open files
      } catch (const std::exception& thrown) {  // such as no memory for this client
        failure = thrown.what();
      }
      if (failure.empty()) continue;
      warn("a client is not taken: " + failure);
      pause.expires_after(std::chrono::milliseconds(100));
      co_await pause.async_wait(failing_into(error));
    }
  }

  void take(tcp::socket socket) {
    Error error;
    const asio::ip::address client = client_of(socket.remote_endpoint(error).address());
    if (error) return;  // gone already
    const Connections::Entry entry = server_.connections.add(client, std::chrono::steady_clock::now());
    const auto end = [this, entry](const std::exception_ptr&) { server_.connections.remove(entry); };
    try {
      asio::co_spawn(context_, serve_connection(std::move(socket), *entry, server_), end);
    } catch (...) {
      end(nullptr);
      throw;
    }
  }

  /// Once a second at most: who floods the server does not flood its log.
  void warn(const std::string& what) {
    const auto now = std::chrono::steady_clock::now();
    if (warned_ && now - *warned_ < std::chrono::seconds(1)) return;
    warned_ = now;
    spdlog::warn("{}", what);
  }

  std::string metrics() const {
    MetricsText out;
    const auto count = [&](bool web_sockets) { return static_cast<double>(server_.connections.count(web_sockets)); };
    out.family("vividface_connections", "gauge", "Clients that are connected.");
    out.sample(count(false), "kind=\"http\"");
    out.sample(count(true), "kind=\"websocket\"");
    out.family("vividface_requests_total", "counter", "Requests that were answered.");
    out.sample(static_cast<double>(server_.requests), "result=\"answered\"");
    out.sample(static_cast<double>(server_.refused), "result=\"refused\"");
    return out.text();
  }

  ServerParts server_;           // outlives
  asio::io_context context_{1};  // the coroutines, which end with the context
  tcp::acceptor acceptor_;
  bool accepts_ = false;
  std::optional<std::chrono::steady_clock::time_point> warned_;
  std::thread thread_;
};

HttpServer::HttpServer(const HttpServerOptions& options, HttpActions actions)
    : listener_(std::make_unique<Listener>(options, std::move(actions))) {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return listener_->port(); }

}  // namespace vividface
