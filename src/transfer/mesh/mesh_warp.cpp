#include "transfer/mesh/mesh_warp.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace vividface {

MeshWarp::MeshWarp(std::vector<cv::Point2f> source, std::vector<std::array<int, 3>> triangles, cv::Size size)
    : source_(std::move(source)), triangles_(std::move(triangles)), identity_(size, CV_32FC2) {
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      identity_.at<cv::Point2f>(y, x) = {static_cast<float>(x), static_cast<float>(y)};
    }
  }
}

void MeshWarp::apply(const cv::Mat& picture, std::span<const cv::Point2f> driven, cv::Mat& target) {
  identity_.copyTo(map_);
  for (const auto& triangle : triangles_) draw(triangle, driven);
  cv::remap(picture, target, map_, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
}

// Scan conversion: on each row the pixels between the edges; source coordinates grow by a constant from pixel to pixel.
void MeshWarp::draw(const std::array<int, 3>& triangle, std::span<const cv::Point2f> driven) {
  const cv::Point2f a = driven[triangle[0]], b = driven[triangle[1]], c = driven[triangle[2]];
  const cv::Point2f ab = b - a, ac = c - a;
  const float area = ab.x * ac.y - ab.y * ac.x;
  if (!(std::abs(area) > 1e-3f)) return;
  const cv::Point2f sa = source_[triangle[0]], sab = source_[triangle[1]] - sa, sac = source_[triangle[2]] - sa;
  // s(p) = sa + β·sab + γ·sac with the barycentric β = (d × ac)/area, γ = (ab × d)/area, d = p − a.
  const cv::Point2f step = (ac.y * sab - ab.y * sac) / area;
  const cv::Point2f step_down = (ab.x * sac - ac.x * sab) / area;

  constexpr float kReach = 0.01f;  // pixels: neighbours overlap a little rather than leave a gap
  const int top = std::max(0, static_cast<int>(std::ceil(std::min({a.y, b.y, c.y}) - kReach)));
  const int bottom = std::min(map_.rows - 1, static_cast<int>(std::floor(std::max({a.y, b.y, c.y}) + kReach)));
  const std::array<cv::Point2f, 3> p = {a, b, c};
  for (int y = top; y <= bottom; ++y) {
    const float row = static_cast<float>(y);
    float left = 1e9f, right = -1e9f;
    for (int k = 0; k < 3; ++k) {
      const cv::Point2f from = p[k], to = p[(k + 1) % 3];
      if (row < std::min(from.y, to.y) - kReach || row > std::max(from.y, to.y) + kReach) continue;
      const float height = to.y - from.y;
      if (std::abs(height) < 2 * kReach) {
        left = std::min({left, from.x, to.x});
        right = std::max({right, from.x, to.x});
      } else {
        const float x = from.x + std::clamp((row - from.y) / height, 0.0f, 1.0f) * (to.x - from.x);
        left = std::min(left, x);
        right = std::max(right, x);
      }
    }
    const int first = std::max(0, static_cast<int>(std::ceil(left - kReach)));
    const int last = std::min(map_.cols - 1, static_cast<int>(std::floor(right + kReach)));
    cv::Point2f source = sa + (static_cast<float>(first) - a.x) * step + (row - a.y) * step_down;
    cv::Point2f* out = map_.ptr<cv::Point2f>(y) + first;
    for (int x = first; x <= last; ++x, source += step) *out++ = source;
  }
}

}  // namespace vividface
