#pragma once

#include <array>
#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

namespace vividface {

/// Warps a picture by a triangle mesh: each triangle by its own affine map. Outside the mesh nothing moves.
class MeshWarp {
 public:
  /// `source`: where the mesh's points lie in the unwarped picture, in pixels.
  MeshWarp(std::vector<cv::Point2f> source, std::vector<std::array<int, 3>> triangles, cv::Size size);

  /// `target` becomes `picture` (8 bits a channel, of the constructor's size) with its points moved to `driven`. Where
  /// triangles overlap the later one wins; triangles without area are left out. Allocates on the first call only.
  void apply(const cv::Mat& picture, std::span<const cv::Point2f> driven, cv::Mat& target);

 private:
  void draw(const std::array<int, 3>& triangle, std::span<const cv::Point2f> driven);

  std::vector<cv::Point2f> source_;
  std::vector<std::array<int, 3>> triangles_;
  cv::Mat identity_, map_;  ///< CV_32FC2: where each pixel of the target comes from
};

}  // namespace vividface
