#include "face/square_crop.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "face/mesh_points.h"

namespace vividface {

cv::Matx23f SquareCrop::to_crop(int side) const {
  const float scale = static_cast<float>(side) / size, middle = static_cast<float>(side) / 2;
  return {scale, 0, middle - scale * centre.x, 0, scale, middle - scale * centre.y};
}

void SquareCrop::cut(const cv::Mat& bgr, int side, cv::Mat& out) const {
  cv::warpAffine(bgr, out, to_crop(side), {side, side}, cv::INTER_LINEAR, cv::BORDER_CONSTANT);
}

SquareCrop square_crop(std::span<const cv::Point2f> points, cv::Point2f eyes, cv::Point2f mouth,
                       const SquareCropOptions& options) {
  cv::Point2f down = mouth - eyes;
  const auto length = static_cast<float>(cv::norm(down));
  down = length > 1e-3f ? down / length : cv::Point2f(0, 1);
  const cv::Point2f right(down.y, -down.x);

  cv::Point2f low(INFINITY, INFINITY), high(-INFINITY, -INFINITY);
  for (const auto& point : points) {
    const cv::Point2f own(point.dot(right), point.dot(down));
    low = {std::min(low.x, own.x), std::min(low.y, own.y)};
    high = {std::max(high.x, own.x), std::max(high.y, own.y)};
  }
  const float size = options.scale * std::max(high.x - low.x, high.y - low.y);
  const cv::Point2f middle = (low + high) / 2;
  return {middle.x * right + (middle.y + options.vertical * size) * down, size};
}

SquareCrop square_crop(const FaceObservation& face, const SquareCropOptions& options) {
  using namespace mesh_point;
  const auto at = [&](int i) { return cv::Point2f(face.mesh[i].x, face.mesh[i].y); };
  std::array<cv::Point2f, kJawLine.size() + 4 * 4> points;
  auto next = std::ranges::transform(kJawLine, points.begin(), at).out;
  for (const auto* brows : {&kInnerBrow, &kOuterBrow}) {
    for (const auto& brow : *brows) next = std::ranges::transform(brow, next, at).out;
  }
  const cv::Point2f eyes = (at(kRightEyeOuter) + at(kRightEyeInner) + at(kLeftEyeInner) + at(kLeftEyeOuter)) / 4;
  return square_crop(points, eyes, (at(kRightMouthCorner) + at(kLeftMouthCorner)) / 2, options);
}

}  // namespace vividface
