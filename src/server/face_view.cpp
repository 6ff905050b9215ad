#include "server/face_view.h"

#include <algorithm>
#include <cmath>

#include "motion/face_mesh.h"

namespace vividface {

cv::Rect2f extent(const FaceObservation& face) {
  cv::Point2f low(face.mesh[0].x, face.mesh[0].y), high = low;
  for (const cv::Point3f& point : face.mesh) {
    low = {std::min(low.x, point.x), std::min(low.y, point.y)};
    high = {std::max(high.x, point.x), std::max(high.y, point.y)};
  }
  return {low, high};
}

std::optional<HeadAngles> turned_from_camera(const FaceObservation& face) {
  if (!is_finite(face)) return std::nullopt;
  const FaceMesh& mesh = FaceMesh::mediapipe();
  Keypoints points;
  mesh_keypoints(face, points);
  Motion motion;
  if (!fit_motion(mesh.canonical, mesh.stable, points, motion)) return std::nullopt;
  const HeadAngles angles = head_angles(relative_rotation(motion, Motion{}));
  const bool is_known = std::isfinite(angles.yaw) && std::isfinite(angles.pitch) && std::isfinite(angles.roll);
  return is_known ? std::optional(angles) : std::nullopt;
}

}  // namespace vividface
