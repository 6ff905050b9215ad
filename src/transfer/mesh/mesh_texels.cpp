#include "transfer/mesh/mesh_texels.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace vividface {

std::vector<MeshTexel> mesh_texels(std::span<const cv::Point2f> points, std::span<const std::array<int, 3>> triangles,
                                   int side) {
  std::vector<MeshTexel> texels;
  std::vector<bool> taken(static_cast<std::size_t>(side) * side, false);
  for (std::size_t t = triangles.size(); t-- > 0;) {
    const auto& triangle = triangles[t];
    const cv::Point2f a = points[triangle[0]], ab = points[triangle[1]] - a, ac = points[triangle[2]] - a;
    const float area = ab.x * ac.y - ab.y * ac.x;
    if (std::abs(area) < 1e-6f) continue;
    const std::array corners = {a, a + ab, a + ac};
    const cv::Rect2f box = extent<cv::Point2f>(corners);
    for (int y = std::max(0, cvFloor(box.y)); y <= std::min(side - 1, cvCeil(box.br().y)); ++y) {
      for (int x = std::max(0, cvFloor(box.x)); x <= std::min(side - 1, cvCeil(box.br().x)); ++x) {
        const cv::Point2f d = cv::Point2f(static_cast<float>(x), static_cast<float>(y)) - a;
        const float beta = (d.x * ac.y - d.y * ac.x) / area, gamma = (ab.x * d.y - ab.y * d.x) / area;
        if (beta < -1e-4f || gamma < -1e-4f || beta + gamma > 1 + 1e-4f) continue;
        const int index = y * side + x;
        if (taken[static_cast<std::size_t>(index)]) continue;
        taken[static_cast<std::size_t>(index)] = true;
        texels.push_back({index, static_cast<int>(t), {1 - beta - gamma, beta, gamma}});
      }
    }
  }
  return texels;
}

bool ReducedFace::take(const cv::Mat& bgr, const cv::Rect2f& face, float texels) {
  const cv::Rect around(cv::Point(cvFloor(face.x) - 2, cvFloor(face.y) - 2),
                        cv::Point(cvCeil(face.br().x) + 3, cvCeil(face.br().y) + 3));
  const cv::Rect part = around & cv::Rect(0, 0, bgr.cols, bgr.rows);
  if (part.width < 8 || part.height < 8) return false;
  const float shrink = std::min(1.0f, kSharpness * texels / face.height);
  cv::cvtColor(bgr(part), grey_, cv::COLOR_BGR2GRAY);
  cv::resize(grey_, small_,
             {std::max(4, cvRound(static_cast<float>(part.width) * shrink)),
              std::max(4, cvRound(static_cast<float>(part.height) * shrink))},
             0, 0, shrink > 0.5f ? cv::INTER_LINEAR : cv::INTER_AREA);  // the mean over areas costs five times as much
  left_ = static_cast<float>(part.x);
  top_ = static_cast<float>(part.y);
  zoom_ = {static_cast<float>(small_.cols) / static_cast<float>(part.width),
           static_cast<float>(small_.rows) / static_cast<float>(part.height)};
  return true;
}

}  // namespace vividface
