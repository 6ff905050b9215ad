#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace vividface {

/// A client as the published phone app: one connection, request after request. Every call may throw when the server
/// hangs up.
class Client {
 public:
  struct Answer {
    unsigned status = 0;
    std::string body;
    bool operator==(const Answer&) const = default;
  };

  explicit Client(std::uint16_t port) {
    socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    const timeval timeout{.tv_sec = 20, .tv_usec = 0};
    setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  }

  Answer get(const std::string& target) { return request(Verb::get, target, {}, {}); }
  Answer post(const std::string& target) { return request(Verb::post, target, {}, {}); }
  Answer stream(std::span<const std::uint8_t> jpeg) {
    return request(Verb::post, "/stream", {{"Content-Type", "application/octet-stream"}}, jpeg);
  }

  using Verb = boost::beast::http::verb;
  Answer request(Verb verb, const std::string& target, const std::map<std::string, std::string>& fields,
                 std::span<const std::uint8_t> body) {
    namespace http = boost::beast::http;
    http::request<http::span_body<const std::uint8_t>> request(verb, target, 11);
    request.set(http::field::host, "127.0.0.1");
    for (const auto& [name, value] : fields) request.set(name, value);
    request.body() = {body.data(), body.size()};
    request.prepare_payload();
    http::write(socket_, request);
    return answer();
  }

  /// Bytes as they are; those that the server no longer takes are dropped.
  void send_raw(const std::string& bytes) {
    boost::system::error_code ignored;
    boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
  }

  Answer answer() {
    namespace http = boost::beast::http;
    http::response_parser<http::string_body> response;
    http::read(socket_, buffer_, response);
    return {response.get().result_int(), response.get().body()};
  }

  /// Whether the server has closed the connection: waits until it has, or has sent something.
  bool is_closed() {
    char byte = 0;
    boost::system::error_code error;
    boost::asio::read(socket_, boost::asio::buffer(&byte, 1), error);
    return error == boost::asio::error::eof || error == boost::asio::error::connection_reset;
  }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_{context_};
  boost::beast::flat_buffer buffer_;
};

}  // namespace vividface
