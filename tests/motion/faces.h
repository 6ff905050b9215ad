#pragma once

#include "motion/face_mesh.h"
#include "motion/head_pose.h"

namespace vividface {

/// A face made of the average one: turned by `angles`, `scale` pixels a centimetre, centred at `centre`.
inline FaceObservation synthetic_face(const HeadAngles& angles = {}, float scale = 10, cv::Point2f centre = {160, 160},
                                      float eye_opening = 0.3f) {
  const FaceMesh& mesh = FaceMesh::mediapipe();
  const cv::Matx33f rotation = head_rotation(angles);
  FaceObservation face;
  face.presence = 1;
  auto place = [&](cv::Matx13f p) {
    const cv::Matx13f q = scale * (p * rotation);
    return cv::Point3f(q(0) + centre.x, q(1) + centre.y, q(2));
  };
  for (int i = 0; i < kMeshPointCount; ++i) {
    face.mesh[i] = place({mesh.canonical(i, 0), mesh.canonical(i, 1), mesh.canonical(i, 2)});
  }
  for (int side = 0; side < 2; ++side) {
    EyeObservation& eye = face.eyes[side];
    for (int k = 0; k < kEyeContourCount; ++k) {
      const cv::Point3f& p = face.mesh[mesh.eye[side][k]];
      eye.contour[k] = {p.x, p.y};
    }
    const auto corner = [&](int k) { return mesh.canonical.row(mesh.eye[side][k]); };
    const Eigen::RowVector3f outer = corner(kOuterCorner), along = corner(kInnerCorner) - outer;
    for (int i = 0; i < kLidPointCount; ++i) {
      const Eigen::RowVector3f on_line = outer + along * static_cast<float>(i + 1) / (kLidPointCount + 1);
      for (const auto& [first, sign] : {std::pair{kUpperLid, -1.0f}, std::pair{kLowerLid, 1.0f}}) {
        const cv::Point3f p = place({on_line.x(), on_line.y() + sign * 0.5f * eye_opening * along.norm(), on_line.z()});
        eye.contour[first + i] = {p.x, p.y};
      }
    }
    const Eigen::RowVector3f middle = outer + 0.5f * along;
    const cv::Point3f iris = place({middle.x(), middle.y(), middle.z()});
    eye.iris.fill({iris.x, iris.y});
  }
  return face;
}

}  // namespace vividface
