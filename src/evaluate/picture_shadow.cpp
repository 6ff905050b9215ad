#include "evaluate/picture_shadow.h"

namespace vividface {

std::optional<ControlVector> PictureShadow::controls(const cv::Mat& bgr, const FaceObservation& face) {
  const auto animated = engine_.transfer->animate(bgr, face);
  if (!animated) return std::nullopt;
  ControlVector controls = engine_.map(*animated);
  engine_.pose_head(animated->head_rotation, controls);
  return controls;
}

}  // namespace vividface
