#pragma once

#include <string>

#include "links/json_message.h"
#include "links/zeromq_publisher.h"

namespace vividface {

/// Publishes every pose as a JSON message of one part (JsonMessage) on a ZeroMQ PUB socket of its own.
class ZeromqJson : public PoseListener {
 public:
  /// Binds. Throws InputError that names the endpoint when it is malformed or taken. `key`: as ZeromqPublisher.
  ZeromqJson(const std::string& endpoint, const ControlTable& table, const std::optional<CurveKey>& key = {})
      : publisher_(endpoint, key), message_(table) {}

  /// Never waits.
  void sent(const SentPose& pose) override;

  std::string endpoint() const { return publisher_.endpoint(); }  ///< as ZeromqPublisher's

 private:
  ZeromqPublisher publisher_;
  JsonMessage message_;
};

}  // namespace vividface
