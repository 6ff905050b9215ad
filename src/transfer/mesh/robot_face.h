#pragma once

#include <filesystem>
#include <opencv2/core/mat.hpp>

#include "face/face_observation.h"

namespace vividface {

/// The robot's neutral picture and where its face lies in it: what M1 animates.
struct RobotFace {
  cv::Mat picture;       ///< BGR CV_8UC3, 256×256
  FaceObservation face;  ///< in its pixels

  /// Finds the face in a square picture of the robot (canonical view, neutral expression) and reduces it to 256×256.
  /// Throws InputError when there is no face to be found.
  static RobotFace from_picture(const cv::Mat& bgr, const std::string& name = "the robot's picture");
  /// The same from a file, such as assets/robot_neutral.png. Throws InputError that names it.
  static RobotFace load(const std::filesystem::path& path);
};

}  // namespace vividface
