#pragma once

#include <opencv2/core/mat.hpp>
#include <span>

#include "motion/eyelids.h"

namespace vividface {

/// The robot's eyeball as its picture shows it, painted anew between moving lids: the white's colour and shading, and
/// the iris as it was seen, completed by its rings, so that what a lid hid can come to light.
class EyePainter {
 public:
  /// Learns the look from the robot's neutral picture. `eye` is in its pixels.
  EyePainter(const cv::Mat& picture, const EyeObservation& eye, const EyeFrame& frame);

  /// Paints into `picture` between the lids. `opening`: 16 points in the order of the eye contour, pixels; `iris`: its
  /// centre. Antialiased; nothing outside the opening changes.
  void paint(cv::Mat& picture, std::span<const cv::Point2f> opening, cv::Point2f iris);

 private:
  cv::Vec3f colour(cv::Point2f pixel, cv::Point2f iris) const;

  cv::Rect part_;  ///< of the robot's picture: the eye and some room around it
  cv::Mat white_,
      disc_;          ///< CV_32FC3 over part_: the eyeball without its iris, and the iris where it was, both completed
  cv::Point2f rest_;  ///< the iris' centre in the robot's picture
  float radius_ = 1;  ///< of the iris, pixels
  cv::Mat mask_;
};

}  // namespace vividface
