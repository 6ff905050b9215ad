#pragma once

#include <opencv2/core/mat.hpp>

#include "render/head_renderer.h"
#include "robot/virtual_robot.h"

namespace vividface {

/// Pictures of a virtual robot under given controls. The robot must outlive it. One thread an object.
class RobotPicture {
 public:
  /// Throws as HeadRenderer does.
  explicit RobotPicture(const VirtualRobot& robot) : robot_(&robot), renderer_(robot.topology()) {}

  /// BGR, of the view's size. Valid until the next call.
  cv::Mat& draw(const ControlVector& controls, const RenderView& view, const RenderLight& light = {});
  /// What was drawn last.
  const cv::Mat& picture() const { return picture_; }

 private:
  const VirtualRobot* robot_;
  HeadRenderer renderer_;
  HeadPose pose_;
  cv::Mat picture_;
};

}  // namespace vividface
