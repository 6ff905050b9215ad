#include "evaluate/seen_robot.h"

namespace vividface {

SeenRobot::SeenRobot(int size) : view_(RenderView::portrait(size)) {}

std::optional<FaceObservation> SeenRobot::see(const ControlVector& controls) {
  return tracker_.track(picture_.draw(controls, view_));
}

}  // namespace vividface
