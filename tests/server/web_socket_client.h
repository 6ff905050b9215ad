#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace vividface {

/// A frame as /ws/stream takes it.
inline std::vector<std::uint8_t> frame_message(std::uint64_t captured_us, std::span<const std::uint8_t> jpeg) {
  std::vector<std::uint8_t> message = {'V', 'F', 1, 0};
  for (int byte = 0; byte < 8; ++byte) message.push_back(static_cast<std::uint8_t>(captured_us >> (8 * byte)));
  message.insert(message.end(), jpeg.begin(), jpeg.end());
  return message;
}

/// Over plain TCP to 127.0.0.1. Every call may throw when the server hangs up.
class WebSocketClient {
 public:
  using Stream = boost::beast::websocket::stream<boost::asio::ip::tcp::socket>;

  /// `origin`: as a browser says whose page asks; empty: no browser.
  WebSocketClient(std::uint16_t port, const std::string& target, const std::string& origin = {}) {
    socket_.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), port});
    const timeval timeout{.tv_sec = 20, .tv_usec = 0};
    setsockopt(socket_.next_layer().native_handle(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    socket_.set_option(boost::beast::websocket::stream_base::decorator([&](auto& request) {
      if (!origin.empty()) request.set(boost::beast::http::field::origin, origin);
    }));
    socket_.handshake("127.0.0.1:" + std::to_string(port), target);
    socket_.binary(true);
  }

  void send(std::span<const std::uint8_t> message) {
    socket_.write(boost::asio::buffer(message.data(), message.size()));
  }
  nlohmann::json next() {
    boost::beast::flat_buffer message;
    socket_.read(message);
    return nlohmann::json::parse(boost::beast::buffers_to_string(message.data()));
  }
  /// What became of one frame, and why, if that is said.
  std::string frame(std::uint64_t captured_us, std::span<const std::uint8_t> jpeg) {
    send(frame_message(captured_us, jpeg));
    return what_became_of(captured_us);
  }
  std::string what_became_of(std::uint64_t captured_us) {
    const nlohmann::json answer = next();
    if (answer["captured_us"] != captured_us) return "an answer to another frame: " + answer.dump();
    return answer["frame"].get<std::string>() +
           (answer.contains("reason") ? ": " + answer["reason"].get<std::string>() : "");
  }
  Stream& stream() { return socket_; }

 private:
  boost::asio::io_context context_;
  Stream socket_{context_};
};

}  // namespace vividface
