#include "transfer/mesh/unturned_face.h"

#include <opencv2/imgproc.hpp>
#include <utility>

namespace vividface {
namespace {

// The part of the robot's picture that is laid out, in shares of its width: forehead to below the chin.
constexpr float kLeft = 0.14f, kTop = 0.13f, kExtent = 0.72f;

}  // namespace

UnturnedFace::UnturnedFace(std::span<const cv::Point2f> robot, std::vector<std::array<int, 3>> triangles, cv::Size size)
    : triangles_(std::move(triangles)),
      pair_(2 * kSide, kSide, CV_8UC1, cv::Scalar(0)),
      map_(kSide, kSide, CV_32FC2, cv::Scalar::all(-1e6)) {
  const auto width = static_cast<float>(size.width);
  std::vector<cv::Point2f> layout;
  for (const cv::Point2f& point : robot)
    layout.push_back((point - width * cv::Point2f(kLeft, kTop)) * (kSide / (kExtent * width)));
  texels_ = mesh_texels(layout, triangles_, kSide);
  height_ = extent<cv::Point2f>(layout).height;
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
