#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <span>

namespace vividface {

/// Signed: positive when the points run clockwise in the picture (y down).
inline float polygon_area(std::span<const cv::Point2f> polygon) {
  float twice = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const cv::Point2f a = polygon[i], b = polygon[(i + 1) % polygon.size()];
    twice += a.x * b.y - a.y * b.x;
  }
  return 0.5f * twice;
}

inline float polygon_perimeter(std::span<const cv::Point2f> polygon) {
  float length = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const cv::Point2f d = polygon[(i + 1) % polygon.size()] - polygon[i];
    length += std::hypot(d.x, d.y);
  }
  return length;
}

/// Fills `mask` (CV_8U) with an antialiased polygon, 0…255, and returns the part of a picture of `size` that it covers;
/// `mask` has that part's size. Empty when the polygon lies outside or has more than 64
/// points. Points must be finite.
inline cv::Rect polygon_mask(std::span<const cv::Point2f> polygon, cv::Size size, cv::Mat& mask) {
  constexpr int kShift = 4, kMostPoints = 64;
  cv::Point2f low = polygon[0], high = polygon[0];
  for (const cv::Point2f& p : polygon) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  const cv::Rect box(cv::Point(cvFloor(low.x) - 1, cvFloor(low.y) - 1),
                     cv::Point(cvCeil(high.x) + 2, cvCeil(high.y) + 2));
  const cv::Rect part = box & cv::Rect({0, 0}, size);
  if (part.empty() || polygon.size() > kMostPoints) return {};
  std::array<cv::Point, kMostPoints> fixed;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const cv::Point2f p = polygon[i] - cv::Point2f(static_cast<float>(part.x), static_cast<float>(part.y));
    fixed[i] = {cvRound(p.x * (1 << kShift)), cvRound(p.y * (1 << kShift))};
  }
  mask.create(size, CV_8U);  // the largest that is ever needed, so that parts of it need no allocation
  cv::Mat area = mask(cv::Rect({0, 0}, part.size()));
  area.setTo(0);
  const cv::Point* points = fixed.data();
  const int count = static_cast<int>(polygon.size());
  cv::fillPoly(area, &points, &count, 1, cv::Scalar(255), cv::LINE_AA, kShift);
  // An antialiased outline is a pixel wide even around nothing: an opening thinner than a pixel covers that much less.
  const float thickness = 2 * std::abs(polygon_area(polygon)) / std::max(polygon_perimeter(polygon), 1e-3f);
  if (thickness < 1) area *= std::max(0.0f, thickness);
  return part;
}

}  // namespace vividface
