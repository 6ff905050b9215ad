#include "render/robot_picture.h"

namespace vividface {

cv::Mat& RobotPicture::draw(const ControlVector& controls, const RenderView& view, const RenderLight& light) {
  robot_->pose(controls, pose_);
  picture_.create(view.height, view.width, CV_8UC3);
  renderer_.draw(pose_, view, light, {picture_.data, picture_.total() * picture_.elemSize()});
  return picture_;
}

}  // namespace vividface
