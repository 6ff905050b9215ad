#pragma once

#include <optional>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "links/curve_key.h"

namespace vividface {

/// A robot's script as it is published: a SUB socket that takes every message, part by part.
class Subscriber {
 public:
  using Message = std::vector<std::string>;

  /// `server_key`: the public key of a publisher that wants one.
  explicit Subscriber(const std::string& endpoint, int waiting = 1000, const std::string& server_key = {}) {
    if (!server_key.empty()) {
      const CurveKey own = CurveKey::make();
      socket_.set(zmq::sockopt::curve_publickey, own.public_key);
      socket_.set(zmq::sockopt::curve_secretkey, own.secret_key);
      socket_.set(zmq::sockopt::curve_serverkey, server_key);
    }
    socket_.set(zmq::sockopt::rcvhwm, waiting);
    socket_.set(zmq::sockopt::subscribe, "");
    socket_.set(zmq::sockopt::linger, 0);
    socket_.connect(endpoint);
  }

  /// The next message, or nothing when none comes for a while.
  std::optional<Message> next(int milliseconds = 10'000) {
    socket_.set(zmq::sockopt::rcvtimeo, milliseconds);
    Message message;
    for (bool more = true; more;) {
      zmq::message_t part;
      if (!socket_.recv(part)) return std::nullopt;
      message.push_back(part.to_string());
      more = part.more();
    }
    return message;
  }

 private:
  zmq::context_t context_{1};
  zmq::socket_t socket_{context_, zmq::socket_type::sub};
};

}  // namespace vividface
