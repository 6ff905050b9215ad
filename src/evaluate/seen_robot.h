#pragma once

#include <opencv2/core/mat.hpp>
#include <optional>

#include "face/face_tracker.h"
#include "render/robot_picture.h"

namespace vividface {

/// The virtual robot as a camera sees it, followed by the same tracker as the person.
class SeenRobot {
 public:
  /// `size`: side of the picture in pixels.
  explicit SeenRobot(int size = 384);

  /// Shows the robot under these controls. Nothing when the tracker finds no face.
  std::optional<FaceObservation> see(const ControlVector& controls);
  /// What was shown last, BGR. Valid until the next see().
  const cv::Mat& picture() const { return picture_.picture(); }

 private:
  VirtualRobot robot_;
  RobotPicture picture_{robot_};
  RenderView view_;
  FaceTracker tracker_;
};

}  // namespace vividface
