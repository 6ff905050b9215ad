#pragma once

#include "robot/controls.h"

namespace vividface {

/// Where control values go: a robot, a simulation, a recording. The last step of Algorithm 1.
class RobotLink {
 public:
  virtual ~RobotLink() = default;

  /// Hands over one frame's controls: finite and within their shadowing ranges. Returns at once: the robot acts
  /// asynchronously. `frame_time` is the frame's stream time in seconds. May throw; the caller goes on with the stream.
  virtual void send(const ControlVector& controls, double frame_time) = 0;
};

}  // namespace vividface
