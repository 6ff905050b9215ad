#pragma once

#include <array>
#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

#include "transfer/mesh/mesh_texels.h"

namespace vividface {

/// The person's own face laid out as the robot's, with the turn of the head taken out: each texel shows what lies where
/// that part of the resting face would lie now. So all that moves in it is expression, and what landmarks miss of it is
/// there to be seen.
class UnturnedFace {
 public:
  static constexpr int kSide = 128;  ///< texels

  /// `robot`: where the mesh's points lie in the robot's picture of `size`; the mesh may reach beyond the face.
  UnturnedFace(std::span<const cv::Point2f> robot, std::vector<std::array<int, 3>> triangles, cv::Size size);

  /// The person at rest. `points`: the mesh's points in `bgr`, pixels.
  void set_reference(const cv::Mat& bgr, std::span<const cv::Point2f> points);

  /// CV_8UC1, 2 kSide × kSide: the person at rest above, in this frame below. `points`: where the mesh's points would
  /// lie in `bgr` if the person were at rest. Black where nothing is seen. Valid until the next call.
  const cv::Mat& lay_out(const cv::Mat& bgr, std::span<const cv::Point2f> points);

 private:
  void sample(const cv::Mat& bgr, std::span<const cv::Point2f> points, cv::Mat layout);

  std::vector<std::array<int, 3>> triangles_;
  std::vector<MeshTexel> texels_;
  float height_ = 0;  ///< of the mesh where the layout is finest, texels
  ReducedFace face_;
  cv::Mat pair_;
  cv::Mat map_;  ///< where in the reduced face each texel lies; far outside for one that no triangle covers
};

}  // namespace vividface
