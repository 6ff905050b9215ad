#include "links/zeromq_publisher.h"

#include <sched.h>

#include <cerrno>
#include <zmq.hpp>

#include "base/background_thread.h"
#include "base/error.h"

namespace vividface {
namespace {

constexpr int kWaitingMessages = 8;  // for a subscriber that is late: more would only be stale
constexpr int kLingerMilliseconds = 500;

// ZeroMQ takes tcp://127.0.0.1:99999 for another port.
bool is_port_too_large(const std::string& endpoint) {
  const std::string digits = endpoint.substr(endpoint.rfind(':') + 1);
  if (!endpoint.starts_with("tcp://") || digits.find_first_not_of("0123456789") != digits.npos) return false;
  return digits.size() > 5 || (!digits.empty() && std::stoi(digits) > 65535);
}

// ZeroMQ's own thread, which each message wakes: it must not take the core of the frame that sends it. Asked first, for
// ZeroMQ ends the program where the system does not allow it.
zmq::context_t with_background_thread() {
  zmq::context_t context(1);
  if (allows_background_threads()) context.set(zmq::ctxopt::thread_sched_policy, SCHED_BATCH);
  return context;
}

}  // namespace

struct ZeromqPublisher::Socket {
  zmq::context_t context = with_background_thread();
  zmq::socket_t publisher{context, zmq::socket_type::pub};
};

ZeromqPublisher::ZeromqPublisher(const std::string& endpoint, const std::optional<CurveKey>& key)
    : socket_(std::make_unique<Socket>()) {
  socket_->publisher.set(zmq::sockopt::sndhwm, kWaitingMessages);
  socket_->publisher.set(zmq::sockopt::linger, kLingerMilliseconds);
  if (key) {
    socket_->publisher.set(zmq::sockopt::curve_server, true);
    socket_->publisher.set(zmq::sockopt::curve_secretkey, key->secret_key);
  }
  try {
    if (is_port_too_large(endpoint)) throw zmq::error_t(EINVAL);
    socket_->publisher.bind(endpoint);
  } catch (const zmq::error_t& error) {
    throw InputError("robot link \"" + endpoint + "\" cannot be bound: " + error.what() +
                     "; give an address of this machine and a free port, such as tcp://127.0.0.1:6666");
  }
}

ZeromqPublisher::~ZeromqPublisher() = default;

void ZeromqPublisher::send(std::string_view part, bool more) {
  const auto flags = zmq::send_flags::dontwait | (more ? zmq::send_flags::sndmore : zmq::send_flags::none);
  if (!socket_->publisher.send(zmq::buffer(part), flags)) throw std::runtime_error("ZeroMQ takes no message");
}

std::string ZeromqPublisher::endpoint() const { return socket_->publisher.get(zmq::sockopt::last_endpoint); }

}  // namespace vividface
