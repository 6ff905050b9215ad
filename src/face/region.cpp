#include "face/region.h"

#include <algorithm>
#include <cmath>

#include "face/mesh_points.h"

namespace vividface {
namespace {

constexpr float kFaceScale = 1.5f;  // of MediaPipe's face_landmark graph

float angle_of(cv::Point2f from, cv::Point2f to) { return std::atan2(to.y - from.y, to.x - from.x); }

cv::Point2f xy(const cv::Point3f& point) { return {point.x, point.y}; }

}  // namespace

cv::Matx23f Region::to_frame(float side) const {
  const float scale = size / side;
  const float cosine = std::cos(angle) * scale, sine = std::sin(angle) * scale;
  const cv::Matx22f turn(cosine, -sine, sine, cosine);
  const cv::Vec2f middle = turn * cv::Vec2f(side / 2, side / 2);
  return {turn(0, 0), turn(0, 1), centre.x - middle[0], turn(1, 0), turn(1, 1), centre.y - middle[1]};
}

Region face_region(const Detection& detection) {
  const auto& box = detection.box;
  return {(box.tl() + box.br()) / 2, kFaceScale * std::max(box.width, box.height),
          angle_of(detection.points[0], detection.points[1])};
}

Region face_region(const FaceObservation& face) {
  const float angle = angle_of(xy(face.mesh[mesh_point::kRightEyeOuter]), xy(face.mesh[mesh_point::kLeftEyeOuter]));
  const cv::Point2f right(std::cos(angle), std::sin(angle)), down(-right.y, right.x);
  // The extent is measured along the head's own axes, so that a tilted head gets the same region as an upright one.
  cv::Point2f low(INFINITY, INFINITY), high(-INFINITY, -INFINITY);
  for (const auto& point : face.mesh) {
    const cv::Point2f own(xy(point).dot(right), xy(point).dot(down));
    low = {std::min(low.x, own.x), std::min(low.y, own.y)};
    high = {std::max(high.x, own.x), std::max(high.y, own.y)};
  }
  const cv::Point2f middle = (low + high) / 2;
  return {middle.x * right + middle.y * down, kFaceScale * std::max(high.x - low.x, high.y - low.y), angle};
}

}  // namespace vividface
