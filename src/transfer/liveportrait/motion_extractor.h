#pragma once

#include <array>
#include <vector>

#include "transfer/liveportrait/layers.h"

namespace vividface::liveportrait {

/// What M reads off a picture: the terms of Eq. 1. N = 21 implicit keypoints.
struct ImplicitMotion {
  Tensor pitch, yaw, roll;  ///< [1, 66] bins
  Tensor translation;       ///< t, [1, 3]
  Tensor expression;        ///< δ, [1, N, 3]
  Tensor scale;             ///< s, [1, 1]
  Tensor canonical;         ///< x_c, [1, N, 3]
};

/// M: a picture → implicit keypoints, head pose and expression deformation. ConvNeXt V2.
class MotionExtractor {
 public:
  MotionExtractor(const Weights& weights, const Placement& place);

  /// [1, 3, 256, 256] in 0…1, RGB.
  ImplicitMotion operator()(const Tensor& picture) const;

 private:
  struct Block {
    Conv depthwise;
    LayerNorm norm;
    Linear expand;
    Tensor grn_gamma, grn_beta;  ///< global response normalization, [4·dim]
    Linear contract;
    Tensor operator()(const Tensor& x) const;  ///< [1, H, W, C]
  };
  struct Stage {
    Conv downsample;
    LayerNorm norm;  ///< after the stem's convolution, before the other stages'
    std::vector<Block> blocks;
  };

  std::vector<Stage> stages_;
  LayerNorm norm_;
  Linear heads_;  ///< all seven heads in one matrix
  std::array<std::int64_t, 7> head_sizes_{};
};

/// Degrees of a head of 66 bins: Σ softmax(bins)·index·3 − 97.5. [1, 66] → [1].
Tensor bins_to_degrees(const Tensor& bins);
/// R as used in x_c·R (the transpose of Rz·Ry·Rx), from degrees, each [1] → [1, 3, 3].
Tensor rotation_matrix(const Tensor& pitch, const Tensor& yaw, const Tensor& roll);
/// Eq. 1: x = s·(x_c R + δ) + t, t_z dropped. → [1, N, 3].
Tensor keypoints(const ImplicitMotion& motion);

}  // namespace vividface::liveportrait
