#include "server/http_server.h"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <list>
#include <thread>
#include <utility>

#include "base/error.h"

namespace vividface {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Error = beast::error_code;

constexpr std::chrono::seconds kDrain(1);  // how long what a refused client still sends is read

auto failing_into(Error& error) { return asio::redirect_error(asio::use_awaitable, error); }

HttpResponse refusal_of(const Error& error) {
  if (error == http::error::body_limit) return refusal(http::status::payload_too_large, "the body is too large");
  if (error == http::error::header_limit) {
    return refusal(http::status::request_header_fields_too_large, "the header is too large");
  }
  return refusal(http::status::bad_request, "this is no HTTP request");
}

}  // namespace

class HttpServer::Listener {
 public:
  Listener(const HttpServerOptions& options, HttpActions actions)
      : options_(options), actions_(std::move(actions)), acceptor_(listen()) {
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::thread([this] { run(); });
  }

  ~Listener() {
    context_.stop();
    thread_.join();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  using Streams = std::list<beast::tcp_stream>;

  tcp::acceptor listen() {
    try {
      const tcp::endpoint endpoint(asio::ip::make_address(options_.address), options_.port);
      return {context_, endpoint, /*reuse_addr=*/true};
    } catch (const boost::system::system_error& error) {
      throw InputError("cannot listen on " + options_.address + " port " + std::to_string(options_.port) + ": " +
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
    if (streams_.size() >= options_.max_connections) streams_.front().close();  // its coroutine takes it out
    const auto stream = streams_.emplace(streams_.end(), std::move(socket));
    asio::co_spawn(context_, serve(stream), [this, stream](const std::exception_ptr&) { streams_.erase(stream); });
  }

  // Requests until the client ends or breaks the rules.
  asio::awaitable<void> serve(Streams::iterator stream) {
    Error error;
    stream->socket().set_option(tcp::no_delay(true), error);
    const tcp::endpoint client = stream->socket().remote_endpoint(error);
    const bool from_this_machine = !error && is_loopback(client.address().to_string());
    beast::flat_buffer buffer;
    for (bool keep_alive = true; keep_alive;) {
      http::request_parser<http::vector_body<std::uint8_t>> parser;
      parser.body_limit(options_.max_body);
      stream->expires_after(options_.timeout);
      co_await http::async_read_header(*stream, buffer, parser, failing_into(error));
      if (!error && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
        http::response<http::empty_body> go_on(http::status::continue_, parser.get().version());
        co_await http::async_write(*stream, go_on, failing_into(error));
      }
      if (!error) co_await http::async_read(*stream, buffer, parser, failing_into(error));
      const bool is_malformed = error.category() == http::make_error_code(http::error::end_of_stream).category();
      if (error == http::error::end_of_stream || (error && !is_malformed)) break;  // gone, or too slow

      HttpResponse response = error ? refusal_of(error) : answer(parser.release(), from_this_machine, actions_);
      keep_alive = response.keep_alive();
      co_await http::async_write(*stream, response, failing_into(error));
      if (error) break;
      streams_.splice(streams_.end(), streams_, stream);  // heard of last
    }
    // Closed with bytes unread, the connection would be reset, and the answer lost.
    stream->socket().shutdown(tcp::socket::shutdown_send, error);
    stream->expires_after(kDrain);
    std::array<char, 1 << 12> unread;
    while (!error) co_await stream->async_read_some(asio::buffer(unread), failing_into(error));
  }

  HttpServerOptions options_;
  HttpActions actions_;
  asio::io_context context_{1};
  Streams streams_;  // outlives the coroutines: they end with the context, the connection silent for longest first
  tcp::acceptor acceptor_;
  std::thread thread_;
};

HttpServer::HttpServer(const HttpServerOptions& options, HttpActions actions)
    : listener_(std::make_unique<Listener>(options, std::move(actions))) {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return listener_->port(); }

bool is_ip_address(const std::string& address) {
  Error error;
  asio::ip::make_address(address, error);
  return !error;
}

bool is_loopback(const std::string& address) {
  Error error;
  const asio::ip::address parsed = asio::ip::make_address(address, error);
  if (error) return false;
  if (parsed.is_v6() && parsed.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, parsed.to_v6()).is_loopback();
  }
  return parsed.is_loopback();
}

}  // namespace vividface
