#include "links/zeromq_link.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <string_view>
#include <zmq.hpp>

#include "base/error.h"

namespace vividface {
namespace {

constexpr int kWaitingMessages = 8;  // for a subscriber that is late: more would only be stale
constexpr int kLingerMilliseconds = 500;
constexpr std::size_t kLongestText = 64;  // of a float in fixed notation, shortest that reads back the same

template <typename... Format>
std::string_view decimal(std::array<char, kLongestText>& buffer, Format... value_and_format) {
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value_and_format...);
  return {buffer.data(), error == std::errc() ? static_cast<std::size_t>(end - buffer.data()) : 0};
}

double seconds_since_epoch() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// ZeroMQ takes tcp://127.0.0.1:99999 for another port.
bool is_port_too_large(const std::string& endpoint) {
  const std::string digits = endpoint.substr(endpoint.rfind(':') + 1);
  if (!endpoint.starts_with("tcp://") || digits.find_first_not_of("0123456789") != digits.npos) return false;
  return digits.size() > 5 || (!digits.empty() && std::stoi(digits) > 65535);
}

}  // namespace

struct ZeromqLink::Socket {
  zmq::context_t context{1};
  zmq::socket_t publisher{context, zmq::socket_type::pub};

  void send(std::string_view part, bool more) {
    const auto flags = zmq::send_flags::dontwait | (more ? zmq::send_flags::sndmore : zmq::send_flags::none);
    if (!publisher.send(zmq::buffer(part), flags)) throw std::runtime_error("ZeroMQ takes no message");
  }
};

ZeromqLink::ZeromqLink(const ZeromqOptions& options)
    : socket_(std::make_unique<Socket>()), timestamp_(options.timestamp) {
  socket_->publisher.set(zmq::sockopt::sndhwm, kWaitingMessages);
  socket_->publisher.set(zmq::sockopt::linger, kLingerMilliseconds);
  try {
    if (is_port_too_large(options.endpoint)) throw zmq::error_t(EINVAL);
    socket_->publisher.bind(options.endpoint);
  } catch (const zmq::error_t& error) {
    throw InputError("robot link \"" + options.endpoint + "\" cannot be bound: " + error.what() +
                     "; give an address of this machine and a free port, such as tcp://127.0.0.1:6666");
  }
}

ZeromqLink::~ZeromqLink() = default;

void ZeromqLink::send(const ControlVector& controls, double) {
  std::array<char, kLongestText> text;
  constexpr int kMicroseconds = 6;
  if (timestamp_) socket_->send(decimal(text, seconds_since_epoch(), std::chars_format::fixed, kMicroseconds), true);
  for (std::size_t i = 0; i < kControlCount; ++i) {
    socket_->send(decimal(text, controls[i], std::chars_format::fixed), i + 1 < kControlCount);
  }
}

std::string ZeromqLink::endpoint() const { return socket_->publisher.get(zmq::sockopt::last_endpoint); }

}  // namespace vividface
