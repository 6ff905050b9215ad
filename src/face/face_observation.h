#pragma once

#include <array>
#include <opencv2/core/types.hpp>

#include "face/mesh_points.h"

namespace vividface {

inline constexpr int kEyeContourCount = 71;  ///< the eye contour, rings around it and brow points
inline constexpr int kIrisPointCount = 5;

/// Left and right are the subject's own, everywhere in this project.
enum class Side { left = 0, right = 1 };

/// What the attention mesh sees of one eye, in pixels of the frame. Both eyes run from the temple to the nose.
struct EyeObservation {
  /// 0 outer corner, 1…7 lower lid, 8 inner corner, 9…15 upper lid (9 + i lies above 1 + i), then rings around the eye
  /// up to the brow.
  std::array<cv::Point2f, kEyeContourCount> contour;
  std::array<cv::Point2f, kIrisPointCount> iris;  ///< centre, then its edge at the picture's right, above, left, below
};

/// One tracked face in one frame. x and y are pixels of the frame (y down); z has the scale of x, grows away from the
/// camera and is relative to the head's centre.
struct FaceObservation {
  std::array<cv::Point3f, kMeshPointCount> mesh;
  std::array<EyeObservation, 2> eyes;  ///< by Side
  float presence = 0;                  ///< the mesh model's confidence that this is a face, 0…1
};

}  // namespace vividface
