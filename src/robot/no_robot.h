#pragma once

#include "robot/robot_link.h"

namespace vividface {

/// Where there is no robot to send to, or something else sends to it.
class NoRobot : public RobotLink {
 public:
  void send(const ControlVector&, double) override {}
};

}  // namespace vividface
