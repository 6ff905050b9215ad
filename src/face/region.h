#pragma once

#include <array>
#include <opencv2/core/matx.hpp>
#include <opencv2/core/types.hpp>

#include "face/face_observation.h"

namespace vividface {

/// A square piece of the frame that a model looks at.
struct Region {
  cv::Point2f centre;  ///< pixels of the frame
  float size = 0;      ///< side in pixels
  float angle = 0;     ///< of the square's own x axis, radians, clockwise on the screen

  /// From pixels of the model's picture, `side` pixels wide, to pixels of the frame: the 2×3 matrix of cv::warpAffine
  /// with WARP_INVERSE_MAP.
  cv::Matx23f to_frame(float side) const;
};

/// What the detector says of one face, in pixels of the frame.
struct Detection {
  float score = 0;  ///< 0…1
  cv::Rect2f box;
  std::array<cv::Point2f, 6> points;  ///< right eye, left eye, nose, mouth, right ear, left ear
};

/// The mesh model's region for a face found by the detector: upright along the eyes, 1.5 × the box.
Region face_region(const Detection& detection);
/// The mesh model's region in the next frame: upright along the outer eye corners, 1.5 × the mesh's extent.
Region face_region(const FaceObservation& face);

}  // namespace vividface
