#pragma once

#include <algorithm>
#include <array>
#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

namespace vividface {

/// A texel of a square layout of a face, and where it lies on the mesh.
struct MeshTexel {
  int index;  ///< in the layout, row by row
  int triangle;
  std::array<float, 3> weight;  ///< of the triangle's points, summing to 1
};

/// The texels that the mesh covers, of a layout of `side` × `side`. `points`: where the mesh's points lie in it, in
/// texels. Where triangles overlap the later one has the texel.
std::vector<MeshTexel> mesh_texels(std::span<const cv::Point2f> points, std::span<const std::array<int, 3>> triangles,
                                   int side);

/// The part of a frame that shows a face, in grey, and no sharper than its layout, so that a near face gives what a far
/// one does.
class ReducedFace {
 public:
  /// `face`: its extent in `bgr`; `texels`: its height in the layout. Takes kSharpness pixels a texel of a face that
  /// has more. False, and nothing taken, when hardly any of it lies in the frame.
  [[nodiscard]] bool take(const cv::Mat& bgr, const cv::Rect2f& face, float texels);

  cv::Mat& grey() { return small_; }
  /// Where a point of the frame lies in grey(): pixel centres at whole numbers in both.
  cv::Point2f place(cv::Point2f frame) const {
    return {(frame.x - left_ + 0.5f) * zoom_.x - 0.5f, (frame.y - top_ + 0.5f) * zoom_.y - 0.5f};
  }
  /// A place that lies between four pixels.
  bool holds(cv::Point2f place) const {
    return place.x >= 0 && place.y >= 0 && place.x < static_cast<float>(small_.cols - 1) &&
           place.y < static_cast<float>(small_.rows - 1);
  }

 private:
  static constexpr float kSharpness = 1.25f;

  cv::Mat grey_, small_;
  float left_ = 0, top_ = 0;
  cv::Point2f zoom_;
};

/// The value of a one-channel picture between the four pixels around a place that it holds.
template <typename Value>
float between_pixels(const cv::Mat& picture, cv::Point2f place) {
  const int column = static_cast<int>(place.x), row = static_cast<int>(place.y);
  const float fx = place.x - static_cast<float>(column), fy = place.y - static_cast<float>(row);
  const Value *above = picture.ptr<Value>(row) + column, *below = picture.ptr<Value>(row + 1) + column;
  return (1 - fy) * ((1 - fx) * above[0] + fx * above[1]) + fy * ((1 - fx) * below[0] + fx * below[1]);
}

/// The smallest upright rectangle around points, of which there is at least one; z is not used.
template <typename Point>
cv::Rect2f extent(std::span<const Point> points) {
  cv::Point2f low(points[0].x, points[0].y), high = low;
  for (const Point& p : points) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  return {low, high};
}

}  // namespace vividface
