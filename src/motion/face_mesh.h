#pragma once

#include <array>
#include <vector>

#include "face/face_observation.h"
#include "motion/motion.h"

namespace vividface {

/// What is known of the tracker's 468 points: facts from config/face_mesh.json.
struct FaceMesh {
  Keypoints canonical;  ///< an average face, 468×3; centimetres, x to the subject's left, y down, z away
  std::vector<std::array<int, 3>> triangles;  ///< 898; they fill the eye openings and the mouth too
  std::array<int, kMeshPointCount> mirror;    ///< each point's partner on the other side
  std::vector<int> oval;                      ///< 36 points around the face, clockwise in the picture from the forehead
  std::vector<int> outer_lips, inner_lips;    ///< 20 points each: right corner, lower lip, left corner, upper lip
  std::array<float, kMeshPointCount> stable;  ///< weights of the points that expressions hardly move, else 0

  /// Read once from config/face_mesh.json. Throws InputError when it is missing or malformed.
  static const FaceMesh& mediapipe();
};

/// The first points of an eye contour (kEyePoints, EyeObservation::contour): outer corner, 7 on the lower lid, inner
/// corner, then the 7 on the upper lid from the outer to the inner corner.
inline constexpr int kOuterCorner = 0, kInnerCorner = 8, kLowerLid = 1, kUpperLid = 9, kLidPointCount = 7,
                     kEyeOpeningCount = 16;

/// The mesh points as a matrix, copied into `points`.
void mesh_keypoints(const FaceObservation& face, Keypoints& points);

/// True when every coordinate is finite and within a million pixels.
bool is_finite(const FaceObservation& face);

}  // namespace vividface
