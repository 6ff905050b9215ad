#pragma once

#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

#include "motion/eyelids.h"

namespace vividface {

/// The robot's eyeball as its picture shows it, painted anew between moving lids: the white's colour and shading, and
/// the iris as a disc of rings, so that what a lid hid can come to light.
class EyePainter {
 public:
  /// Learns the look from the robot's neutral picture. `eye` is in its pixels.
  EyePainter(const cv::Mat& picture, const EyeObservation& eye, const EyeFrame& frame);

  /// Paints into `picture` between the lids. `opening`: 16 points in the order of the eye contour, pixels; `iris`: its
  /// centre. Antialiased; nothing outside the opening changes.
  void paint(cv::Mat& picture, std::span<const cv::Point2f> opening, cv::Point2f iris);

 private:
  cv::Vec3f white_, white_dx_, white_dy_;  ///< colour and its change per pixel
  cv::Point2f rest_;                       ///< where the white's colour was measured from
  float radius_ = 1;                       ///< of the iris, pixels
  std::vector<cv::Vec3f> rings_;           ///< colours from the centre outwards
  std::vector<float> ring_opacity_;        ///< iris over white, 0…1
  cv::Mat mask_;
};

}  // namespace vividface
