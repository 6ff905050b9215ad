#pragma once

#include <vector>

#include "transfer/liveportrait/appearance_extractor.h"
#include "transfer/liveportrait/layers.h"

namespace vividface::liveportrait {

/// What W knows of a source picture before any frame comes (the paper's optimisation 1).
struct SourceVolume {
  Tensor volume;      ///< f_s, [1, C, D, H, W]
  Tensor keypoints;   ///< x_s, [1, N, 3], float32
  Tensor compressed;  ///< four channels of it for the dense motion network, [1, 4, D, H, W], float32
  Tensor unmoved;     ///< `compressed` under the background's motion, which is none
  Tensor gaussians;   ///< of x_s, [N, D, H, W], float32
};

struct Warped {
  Tensor features;     ///< [1, 256, H, W]
  Tensor deformation;  ///< where each voxel comes from, [1, D, H, W, 3] in −1…1, float32
  Tensor occlusion;    ///< [1, 1, H, W] in 0…1
};

/// W: warps the appearance volume to the driven keypoints and flattens it to a feature picture.
class Warping {
 public:
  Warping(const Weights& weights, const Placement& place);

  /// f_s of F and x_s, made ready for any number of frames.
  SourceVolume prepare(const Tensor& volume, const Tensor& source_keypoints) const;
  /// x_d: [1, N, 3], float32.
  Warped operator()(const SourceVolume& source, const Tensor& driven_keypoints) const;

  std::int64_t volume_channels() const { return compress_.weight.size(1); }
  std::int64_t keypoint_count() const { return mask_count_ - 1; }
  std::int64_t feature_channels() const { return fourth_.outputs(); }

 private:
  /// Nearest ×2 in height and width, then a 3×3×3 convolution with its batch norm folded in.
  struct UpConv {
    Conv conv;
    Tensor transposed;  ///< the same as one transposed convolution (docs/liveportrait.md: reduction 6); undefined where
                        ///< it does not pay
    Tensor operator()(const Tensor& x) const;
  };

  Tensor dense_motion_input(const SourceVolume& source, const Tensor& driven) const;
  Tensor hourglass(const Tensor& input) const;
  /// The hourglass's prediction → deformation and occlusion, as in Warped.
  std::pair<Tensor, Tensor> dense_motion(const SourceVolume& source, const Tensor& driven,
                                         const Tensor& prediction) const;
  /// f_s sampled at the deformation, depth flattened into the channels: [1, C·D, H, W].
  Tensor warp_volume(const SourceVolume& source, const Tensor& deformation) const;

  Placement place_;
  Conv compress_;
  std::vector<Conv> down_;
  std::vector<UpConv> up_;
  Conv prediction_;
  Conv mask_;  ///< the 7³ convolution as a 7² one over depth slices (docs/liveportrait.md: reduction 5), no bias
  Tensor mask_bias_;  ///< [N+1, 1, 1, 1], float32
  Tensor occlusion_bias_;
  bool own_kernels_ = false;  ///< half precision on CUDA
  std::int64_t input_channels_ = 0;
  std::int64_t mask_count_ = 0, mask_depth_taps_ = 0;
  Conv third_, fourth_;
};

}  // namespace vividface::liveportrait
