#include "transfer/mesh/unturned_face.h"

#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace vividface {
namespace {

// The part of the robot's picture that is laid out, in shares of its width. Its columns: cheek to cheek.
constexpr float kLeft = 0.19f, kExtent = 0.62f;

// Its rows, and where in the layout they lie: brows with eyes and the mouth as far as the jaw takes it as fine as the
// columns; between them, and above and below, little moves that could be read.
struct Row {
  float picture, layout;
};
constexpr std::array<Row, 6> kRows = {
    {{0.03f, 0.0f}, {0.10f, 0.08f}, {0.31f, 0.42f}, {0.50f, 0.56f}, {0.74f, 0.94f}, {0.84f, 1.0f}}};

/// Beyond the first and last row as between their neighbours.
float layout_row(float picture) {
  std::size_t i = 1;
  while (i + 1 < kRows.size() && picture > kRows[i].picture) ++i;
  const Row above = kRows[i - 1], below = kRows[i];
  return std::lerp(above.layout, below.layout, (picture - above.picture) / (below.picture - above.picture));
}

}  // namespace

UnturnedFace::UnturnedFace(std::span<const cv::Point2f> robot, std::vector<std::array<int, 3>> triangles, cv::Size size)
    : triangles_(std::move(triangles)),
      pair_(2 * kSide, kSide, CV_8UC1, cv::Scalar(0)),
      map_(kSide, kSide, CV_32FC2, cv::Scalar::all(-1e6)) {
  const auto width = static_cast<float>(size.width);
  std::vector<cv::Point2f> layout;
  for (const cv::Point2f& point : robot)
    layout.push_back(kSide * cv::Point2f((point.x / width - kLeft) / kExtent, layout_row(point.y / width)));
  texels_ = mesh_texels(layout, triangles_, kSide);
  height_ = extent(robot).height * kSide / (kExtent * width);
}

void UnturnedFace::set_reference(const cv::Mat& bgr, std::span<const cv::Point2f> points) {
  sample(bgr, points, pair_.rowRange(0, kSide));
}

const cv::Mat& UnturnedFace::lay_out(const cv::Mat& bgr, std::span<const cv::Point2f> points) {
  sample(bgr, points, pair_.rowRange(kSide, 2 * kSide));
  return pair_;
}

void UnturnedFace::sample(const cv::Mat& bgr, std::span<const cv::Point2f> points, cv::Mat layout) {
  if (!face_.take(bgr, extent(points), height_)) {
    layout.setTo(0);
    return;
  }
  cv::Point2f* out = map_.ptr<cv::Point2f>();
  for (const MeshTexel& texel : texels_) {
    const auto& triangle = triangles_[static_cast<std::size_t>(texel.triangle)];
    cv::Point2f lies;
    for (std::size_t k = 0; k < 3; ++k) lies += texel.weight[k] * points[static_cast<std::size_t>(triangle[k])];
    out[texel.index] = face_.place(lies);
  }
  cv::remap(face_.grey(), layout, map_, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_CONSTANT);
}

}  // namespace vividface
