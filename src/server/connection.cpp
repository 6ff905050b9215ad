#include "server/connection.h"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <type_traits>
#include <utility>

#include "server/ip_address.h"
#include "server/log_event.h"
#include "server/session_path.h"
#include "server/web_socket.h"

namespace vividface {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Error = beast::error_code;
using RequestParser = http::request_parser<http::vector_body<std::uint8_t>>;

constexpr std::chrono::seconds kDrain(1);  // how long what a refused client still sends is read

auto failing_into(Error& error) { return asio::redirect_error(asio::use_awaitable, error); }

Refusal refusal_of(const Error& error) {
  if (error == http::error::body_limit) return {http::status::payload_too_large, "the body is too large"};
  if (error == http::error::header_limit) {
    return {http::status::request_header_fields_too_large, "the header is too large"};
  }
  return {http::status::bad_request, "this is no HTTP request"};
}

bool is_malformed(const Error& error) {
  return error != http::error::end_of_stream &&
         error.category() == http::make_error_code(http::error::end_of_stream).category();
}

bool is_stop(const RequestParser::value_type& request) { return session_path(path_of(request)).path == "/stop"; }

// An emergency stop by who may do it always gets through, with or without a place.
std::optional<Refusal> gate(const RequestParser::value_type& request, const Peer& peer, Connection& connection,
                            ServerParts& server) {
  const std::optional<Refusal> refused = access_refusal(server.options.access, request, peer);
  if (!refused && is_stop(request)) {
    server.connections.give_place(connection);
    return std::nullopt;
  }
  if (!server.rate.take(connection.client, RateLimit::Clock::now())) {
    return Refusal{http::status::too_many_requests, "too many requests"};
  }
  // Pages are for strangers, too: whoever asks for nothing else takes nobody's place.
  if (!refused && !asks_for_page(server.options.access, request) && !server.connections.give_place(connection)) {
    return Refusal{http::status::service_unavailable, "too many connections, and each is in the middle of a request"};
  }
  return refused;
}

bool asks_for_web_socket(const RequestParser::value_type& request, const HttpActions& root) {
  const HttpActions* const actions = actions_of(root, path_of(request));
  return actions != nullptr && actions->frame && is_web_socket(session_path(path_of(request)).path);
}

void log_refusal(const RequestParser::value_type& request, const Connection& connection, const Refusal& refused) {
  spdlog::info("{}", log_event("refused", {{"client", connection.client.to_string()},
                                           {"path", path_of(request)},
                                           {"status", std::to_string(static_cast<unsigned>(refused.status))},
                                           {"reason", refused.line}}));
}

// Closed with bytes unread, the connection would be reset, and the answer lost.
template <typename Stream>
asio::awaitable<void> close(Stream& stream) {
  Error error;
  beast::tcp_stream& tcp = beast::get_lowest_layer(stream);
  tcp.expires_after(kDrain);
  if constexpr (std::is_same_v<Stream, TlsStream>) co_await stream.async_shutdown(failing_into(error));
  tcp.socket().shutdown(tcp::socket::shutdown_send, error);
  std::array<char, 1 << 12> unread;
  while (!error) co_await tcp.async_read_some(asio::buffer(unread), failing_into(error));
}

template <typename Stream>
asio::awaitable<void> read_some(Stream& stream, beast::flat_buffer& buffer, Error& error) {
  constexpr std::size_t kAtOnce = 1 << 12;
  buffer.commit(co_await stream.async_read_some(buffer.prepare(kAtOnce), failing_into(error)));
}

// What may wait does so on a thread of its own, and the others are served meanwhile.
asio::awaitable<HttpResponse> answered(HttpRequest request, bool is_operator, ServerParts& server) {
  if (!may_wait(request, server.actions)) co_return answer(std::move(request), is_operator, server.actions);
  const auto work = [](HttpRequest of, bool by_operator, const HttpActions& actions) -> asio::awaitable<HttpResponse> {
    co_return answer(std::move(of), by_operator, actions);
  };
  co_return co_await asio::co_spawn(*server.waiting, work(std::move(request), is_operator, server.actions),
                                    asio::use_awaitable);
}

template <typename Stream>
asio::awaitable<void> serve_requests(Stream& stream, beast::flat_buffer& buffer, Connection& connection,
                                     ServerParts& server) {
  const Peer peer{.from_this_machine = is_loopback(connection.client.to_string()),
                  .is_encrypted = std::is_same_v<Stream, TlsStream>};
  Error error;
  for (bool keep_alive = true; keep_alive;) {
    RequestParser parser;
    parser.body_limit(server.options.max_body);
    beast::get_lowest_layer(stream).expires_after(server.options.timeout);
    if (buffer.size() == 0) co_await read_some(stream, buffer, error);
    connection.in_request = connection.has_place;  // its first byte is here
    if (!error) co_await http::async_read_header(stream, buffer, parser, failing_into(error));
    std::optional<Refusal> refused;
    if (!error) refused = gate(parser.get(), peer, connection, server);  // before the body is read
    connection.in_request = connection.has_place || (!error && !refused);
    if (!error && !refused && asks_for_web_socket(parser.get(), server.actions) &&
        beast::websocket::is_upgrade(parser.get())) {
      if (buffer.size() == 0) {
        co_return co_await serve_web_socket(std::move(stream), parser.release(), connection, server);
      }
      refused = Refusal{http::status::bad_request, "a WebSocket begins when it is answered"};
    }
    if (!error && !refused && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      http::response<http::empty_body> go_on(http::status::continue_, parser.get().version());
      co_await http::async_write(stream, go_on, failing_into(error));
    }
    const bool is_whole = error || refused || is_stop(parser.get());  // a stop waits for no body
    if (!is_whole) co_await http::async_read(stream, buffer, parser, failing_into(error));
    if (error && !is_malformed(error)) break;  // gone, or too slow
    if (error) refused = refusal_of(error);
    if (refused) log_refusal(parser.get(), connection, *refused);

    const bool is_all_read = !error && parser.is_done();
    // Behind a proxy every client looks like this machine.
    const bool is_operator = peer.from_this_machine && !server.options.access.local_token;
    HttpResponse response;
    if (refused) {
      response = refusal(*refused, is_all_read && parser.get().keep_alive());
    } else {
      response = co_await answered(parser.release(), is_operator, server);
    }
    beast::get_lowest_layer(stream).expires_after(server.options.timeout);  // to send it in
    if (!is_all_read) response.keep_alive(false);
    const bool is_answered = response.result() == http::status::ok || response.result() == http::status::not_modified;
    ++(is_answered ? server.requests : server.refused);
    keep_alive = response.keep_alive();
    co_await http::async_write(stream, response, failing_into(error));
    if (error) break;
    connection.heard = std::chrono::steady_clock::now();
    connection.in_request = false;
  }
  connection.in_request = false;
  co_await close(stream);
}

// Keeps the server's list from closing what is no longer there.
struct Named {
  Named(Connection& connection, beast::tcp_stream& tcp) : connection_(connection) { connection_.tcp = &tcp; }
  Named(const Named&) = delete;
  Named& operator=(const Named&) = delete;
  ~Named() { connection_.tcp = nullptr; }

 private:
  Connection& connection_;
};

asio::awaitable<void> serve_tls(beast::tcp_stream tcp, beast::flat_buffer& buffer, Connection& connection,
                                ServerParts& server) {
  TlsStream stream(std::move(tcp), *server.tls);
  const Named named(connection, beast::get_lowest_layer(stream));
  Error error;
  const std::size_t used =
      co_await stream.async_handshake(asio::ssl::stream_base::server, buffer.data(), failing_into(error));
  if (error) {
    spdlog::info("{}", log_event("refused", {{"client", connection.client.to_string()}, {"reason", error.message()}}));
    co_return;
  }
  buffer.consume(used);
  co_await serve_requests(stream, buffer, connection, server);
}

}  // namespace

asio::awaitable<void> serve_connection(tcp::socket socket, Connection& connection, ServerParts& server) {
  Error error;
  beast::tcp_stream stream(std::move(socket));
  stream.socket().set_option(tcp::no_delay(true), error);
  beast::flat_buffer buffer;
  bool is_tls = false;
  {
    const Named named(connection, stream);
    stream.expires_after(server.options.timeout);
    if (server.tls) is_tls = co_await beast::async_detect_ssl(stream, buffer, failing_into(error));
    if (error) co_return;
    if (!is_tls) co_return co_await serve_requests(stream, buffer, connection, server);
  }
  co_await serve_tls(std::move(stream), buffer, connection, server);
}

}  // namespace vividface
