#pragma once

#include <string>

#include "links/zeromq_publisher.h"
#include "robot/robot_link.h"

namespace vividface {

struct ZeromqOptions {
  std::string endpoint = "tcp://127.0.0.1:6666";  ///< to bind; "tcp://*:6666" as published: every network
  bool timestamp = false;                         ///< the send time as an extra first part
  std::optional<CurveKey> key = {};               ///< only for subscribers that know its public key
};

/// The published way to Ameca: a ZeroMQ PUB socket that sends one multipart message a call, 30 parts, each the decimal
/// text of one control in the order of config/ameca.json. With `timestamp` 31 parts: first the send time, seconds since
/// the epoch. Each text reads back as the same float.
class ZeromqLink : public RobotLink {
 public:
  /// Binds. Throws InputError that names the endpoint when it is malformed or taken.
  explicit ZeromqLink(const ZeromqOptions& options);

  /// Never waits: a subscriber that does not keep up misses messages, one that is not there is not missed.
  void send(const ControlVector& controls, double frame_time) override;

  /// What was bound, with the port's number where the endpoint left it open ("tcp://127.0.0.1:*").
  std::string endpoint() const { return publisher_.endpoint(); }

 private:
  ZeromqPublisher publisher_;
  bool timestamp_;
};

}  // namespace vividface
