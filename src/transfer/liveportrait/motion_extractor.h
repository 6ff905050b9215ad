#pragma once

#include <array>
#include <vector>

#include "transfer/liveportrait/layers.h"

namespace vividface::liveportrait {

inline constexpr std::int64_t kAngleBins = 66;  ///< of a yaw, pitch or roll, three degrees each

/// What M reads off a picture: the terms of Eq. 1. N = 21 implicit keypoints.
struct ImplicitMotion {
  Tensor pitch, yaw, roll;  ///< [1, kAngleBins]
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

  std::int64_t keypoint_count() const { return keypoint_count_; }

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

  static Block load_block(const Weights& weights, std::int64_t channels, const Placement& place);

  std::vector<Stage> stages_;
  LayerNorm norm_;
  Linear heads_;  ///< all seven heads in one matrix
  std::array<std::int64_t, 7> head_sizes_{};
  std::int64_t keypoint_count_ = 0;
};

/// The terms of Eq. 1 besides x_c, ready to be put in.
struct MotionTerms {
  Tensor scale;        ///< [n, 1, 1]
  Tensor rotation;     ///< R, [n, 3, 3]
  Tensor translation;  ///< [n, 1, 3]
  Tensor expression;   ///< δ, [n, N, 3]
};

/// Degrees of one of the head's angles: Σ softmax(bins)·index·3 − 97.5. [1, kAngleBins] → [1].
Tensor bins_to_degrees(const Tensor& bins);
/// R as used in x_c·R (the transpose of Rz·Ry·Rx), from degrees, each [1] → [1, 3, 3].
Tensor rotation_matrix(const Tensor& pitch, const Tensor& yaw, const Tensor& roll);
MotionTerms terms(const ImplicitMotion& motion);

/// Eq. 1: s·(x_c R + δ) + t, t_z dropped. → [n, N, 3].
Tensor compose(const Tensor& canonical, const MotionTerms& terms);
/// The keypoints x of a picture.
Tensor keypoints(const ImplicitMotion& motion);
/// Eq. 2 (motion/relative_terms.h): how the source moves as the driving face has moved since the reference.
MotionTerms relative_motion(const MotionTerms& source, const MotionTerms& driving, const MotionTerms& reference);

}  // namespace vividface::liveportrait
