#include "evaluate/seen_robot.h"

namespace vividface {

SeenRobot::SeenRobot(int size)
    : renderer_(robot_.topology()), view_(RenderView::portrait(size)), picture_(view_.height, view_.width, CV_8UC3) {}

std::optional<FaceObservation> SeenRobot::see(const ControlVector& controls) {
  robot_.pose(controls, pose_);
  renderer_.draw(pose_, view_, {}, {picture_.data, picture_.total() * picture_.elemSize()});
  return tracker_.track(picture_);
}

}  // namespace vividface
