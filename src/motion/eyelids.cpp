#include "motion/eyelids.h"

#include <algorithm>
#include <cmath>

#include "face/mesh_parts.h"
#include "motion/face_mesh.h"

namespace vividface {
namespace {

// What the tracker reports for shut eyes: -0.04 to 0.02 of an eye's width over six people, up to 0.05 on the robot.
constexpr float kShutShare = 0.12f, kShutAtLeast = 0.02f;

constexpr float kMostShut = -0.25f, kWidest = 2.0f;

// How near an endpoint may be to the open eye, as shares of it.
constexpr float kHighestShut = 0.6f, kNarrowestWide = 1.05f;

}  // namespace

EyeFrame eye_frame(const EyeObservation& eye, Side side, const Keypoints& canonical, const Motion& motion) {
  const auto& mesh_points = kEyePoints[static_cast<int>(side)];
  const Eigen::RowVector3f along = canonical.row(mesh_points[kInnerCorner]) - canonical.row(mesh_points[kOuterCorner]);
  const float width = along.head<2>().norm();
  // Up is at a right angle to the line of the corners, in the head's frontal plane.
  Eigen::RowVector3f up(along.y(), -along.x(), 0);
  if (up.y() > 0) up = -up;
  const Eigen::RowVector3f u = motion.scale * along * motion.rotation;
  const Eigen::RowVector3f v = motion.scale * width / std::max(up.norm(), 1e-9f) * up * motion.rotation;
  return {0.5f * (eye.contour[kOuterCorner] + eye.contour[kInnerCorner]), {u.x(), u.y()}, {v.x(), v.y()}};
}

cv::Point2f EyeFrame::to_eye(cv::Point2f picture) const {
  // Seen edge-on the two axes fall together; then the numbers mean nothing, but they stay finite.
  const float least = 0.2f * std::max(along.dot(along), up.dot(up)) + 1e-12f;
  float determinant = along.x * up.y - along.y * up.x;
  if (std::abs(determinant) < least) determinant = std::copysign(least, determinant);
  const cv::Point2f d = picture - middle;
  return {(d.x * up.y - d.y * up.x) / determinant, (along.x * d.y - along.y * d.x) / determinant};
}

void EyeShape::measure_lids() {
  upper = lower = 0;
  // The middle five of the seven points: those beside the corners say nothing of the opening.
  for (int i = 1; i + 1 < kLidPointCount; ++i) {
    upper += contour[kUpperLid + i].y / (kLidPointCount - 2);
    lower += contour[kLowerLid + i].y / (kLidPointCount - 2);
  }
}

EyeShape eye_shape(const EyeObservation& eye, Side side, const Keypoints& canonical, const Motion& motion) {
  const EyeFrame frame = eye_frame(eye, side, canonical, motion);
  EyeShape shape;
  for (int i = 0; i < kEyeOpeningCount; ++i) shape.contour[i] = frame.to_eye(eye.contour[i]);
  shape.iris = frame.to_eye(eye.iris[0]);
  shape.measure_lids();
  return shape;
}

LidRange LidRange::from_open(float opening) {
  const float open = std::max(opening, 0.05f);
  return {open, std::min(std::max(kShutShare * open, kShutAtLeast), kHighestShut * open)};
}

LidRange LidRange::from_open(float opening, const EyelidEndpoints& endpoints, Side side) {
  const auto eye = static_cast<std::size_t>(side);
  LidRange range = from_open(opening);
  if (endpoints.shut) range.shut = std::min((*endpoints.shut)[eye], kHighestShut * range.open);
  if (endpoints.wide) range.wide = std::max((*endpoints.wide)[eye], kNarrowestWide * range.open);
  return range;
}

float LidRange::fraction(float seen) const {
  if (!std::isfinite(seen)) return 1;
  const float fraction =
      wide && seen > open ? 1 + (kWide - 1) * (seen - open) / (*wide - open) : (seen - shut) / (open - shut);
  return std::clamp(fraction, kMostShut, kWidest);
}

}  // namespace vividface
