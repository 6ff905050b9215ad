#pragma once

#include "face/mesh_parts.h"
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
      const cv::Point3f& p = face.mesh[kEyePoints[side][k]];
      eye.contour[k] = {p.x, p.y};
    }
    const auto corner = [&](int k) { return mesh.canonical.row(kEyePoints[side][k]); };
    const Eigen::RowVector3f outer = corner(kOuterCorner), along = corner(kInnerCorner) - outer;
    // The average lids, moved up and down until the mean over their middle five points is the opening.
    float average = 0;
    for (int i = 1; i + 1 < kLidPointCount; ++i)
      average += (corner(kLowerLid + i).y() - corner(kUpperLid + i).y()) / 5 / along.norm();
    for (int i = 0; i < kLidPointCount; ++i) {
      const Eigen::RowVector3f upper = corner(kUpperLid + i), lower = corner(kLowerLid + i);
      const float seam = 0.5f * (upper.y() + lower.y()), half = 0.5f * (lower.y() - upper.y()) * eye_opening / average;
      const cv::Point3f up = place({upper.x(), seam - half, upper.z()}),
                        down = place({lower.x(), seam + half, lower.z()});
      eye.contour[kUpperLid + i] = {up.x, up.y};
      eye.contour[kLowerLid + i] = {down.x, down.y};
    }
    const Eigen::RowVector3f middle = outer + 0.5f * along;
    const cv::Point3f iris = place({middle.x(), middle.y(), middle.z()});
    eye.iris.fill({iris.x, iris.y});
  }
  return face;
}

}  // namespace vividface
