#pragma once

#include <array>
#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

#include "transfer/mesh/mesh_texels.h"

namespace vividface {

struct WrinkleOptions {
  float gain = 1.0f;          ///< of the logarithm of the ratio
  float darkest = 0.55f;      ///< limit of what a fold darkens, as a logarithm
  float brightest = 0.2f;     ///< limit of what it brightens: gloss that moves is no wrinkle
  float light_width = 0.09f;  ///< structures wider than this part of the picture's width are light, not skin
};

/// The person's wrinkles on the robot's skin: the ratio of the current to the reference frame, both laid on the robot's
/// face by the mesh, without the slow changes that light makes. Eyes, brows, mouth, nostrils and the face's border are
/// left out, and what is turned away from the camera.
class Wrinkles {
 public:
  /// `robot`: the mesh points, with those of rings beyond them, in the robot's picture of `size`.
  Wrinkles(std::span<const cv::Point2f> robot, cv::Size size, const WrinkleOptions& options);

  /// The frame that ratios refer to. `points`: the 468 mesh points in `bgr` (z not used).
  void set_reference(const cv::Mat& bgr, std::span<const cv::Point3f> points);

  /// `lit` becomes the robot's `picture` with the wrinkles of this frame. Without a reference it is the picture.
  void apply(const cv::Mat& bgr, std::span<const cv::Point3f> points, const cv::Mat& picture, cv::Mat& lit);

 private:
  void sample(const cv::Mat& bgr, std::span<const cv::Point3f> points, cv::Mat& brightness, cv::Mat& confidence);

  WrinkleOptions options_;
  std::vector<MeshTexel> texels_;
  cv::Mat trusted_;  ///< where wrinkles may be, CV_32F 0…1
  cv::Mat reference_, reference_confidence_;
  cv::Mat logarithm_;  ///< of the 256 grey levels
  ReducedFace face_;
  cv::Mat logs_, brightness_, confidence_, ratio_, weighted_, coarse_ratio_, coarse_confidence_, gain_, gain_full_;
  std::vector<float> facing_;  ///< by triangle
};

}  // namespace vividface
