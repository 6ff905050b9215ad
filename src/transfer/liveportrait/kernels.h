#pragma once

#include <torch/types.h>

// Own CUDA kernels for the steps that wait for memory, not for products. Pictures and volumes are in half precision,
// channels last ([1, C, H, W] or [1, C, D, H, W] as torch counts them), C a multiple of 8; keypoints and coordinates
// are float32.

namespace vividface::liveportrait::kernels {

using torch::Tensor;

/// See spade_ops.h: [1, C, H, W] → [2, C] float32.
Tensor channel_moments(const Tensor& x, double eps);

/// See spade_ops.h. `beta` false: x normalized times γ alone, no leak.
Tensor modulate(const Tensor& x, const Tensor& moments, const Tensor& gamma_beta, bool beta, double leak,
                bool x_is_half);

/// relu of `count` maps that lie side by side in the channels, each as a tensor of its own; `thirds`: spread from 3 to
/// 4 cells of every group in height and width (see spade_ops.h).
std::vector<Tensor> split_hidden_maps(const Tensor& all, std::int64_t count, bool thirds);

/// The dense motion network's input: per keypoint its heat (driven minus source Gaussian) and the four compressed
/// channels moved with it, the background first. compressed: [1, 4, D, H, W] float32, channels last; → [1, channels, D,
/// H, W] half.
Tensor dense_motion_input(const Tensor& compressed, const Tensor& source, const Tensor& driven, double variance,
                          std::int64_t channels);

/// taps: [D, ≥ K·J + D, H, W], the depth-sliced mask convolution. Sums the taps over depth, softmax, Σ mask·move.
/// → deformation [1, D, H, W, 3] float32.
Tensor mask_to_deformation(const Tensor& taps, const Tensor& mask_bias, const Tensor& source, const Tensor& driven,
                           std::int64_t depth_taps);
/// The same taps' last group → occlusion [1, 1, H, W] float32 in 0…1.
Tensor taps_to_occlusion(const Tensor& taps, const Tensor& bias, std::int64_t first_channel);

/// Trilinear samples of volume [1, C, D, H, W] at deformation → [1, C·D, H, W], channel c·D + d.
Tensor warp_volume(const Tensor& volume, const Tensor& deformation);

}  // namespace vividface::liveportrait::kernels
