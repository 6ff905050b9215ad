#pragma once

#include <opencv2/core/mat.hpp>
#include <opencv2/core/matx.hpp>
#include <span>

#include "face/face_observation.h"

namespace vividface {

struct SquareCropOptions {
  float scale = 2.2f;      ///< side of the square per side of the landmarks' box
  float vertical = -0.1f;  ///< shift along the face's down axis, per side of the square
};

/// The square that the published pipeline cuts out of a driving frame: upright, around the landmarks, without rotation.
struct SquareCrop {
  cv::Point2f centre;  ///< pixels of the frame
  float size = 0;      ///< side in pixels

  /// From pixels of the frame to pixels of a crop `side` pixels wide.
  cv::Matx23f to_crop(int side) const;
  /// Cuts into `out`, side × side × CV_8UC3; black where the square leaves the frame.
  void cut(const cv::Mat& bgr, int side, cv::Mat& out) const;
};

/// LivePortrait's formula: the landmarks' box along the axis from eyes to mouth, made square, scaled and shifted.
/// `points` is not empty.
SquareCrop square_crop(std::span<const cv::Point2f> points, cv::Point2f eyes, cv::Point2f mouth,
                       const SquareCropOptions& options = {});

/// The same around a tracked face: brows, jaw line and mouth, as the landmarks of the published pipeline span them.
SquareCrop square_crop(const FaceObservation& face, const SquareCropOptions& options = {});

}  // namespace vividface
