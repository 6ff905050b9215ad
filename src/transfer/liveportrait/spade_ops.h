#pragma once

#include <torch/types.h>

#include <vector>

// The memory-bound steps of the generator. On CUDA in half precision they are own kernels (kernels.cu), elsewhere
// they are made of ATen's.

namespace vividface::liveportrait {

using torch::Tensor;

/// Mean and 1/√(variance + 1e-5) of each channel over the picture: [1, C, H, W] → [2, C], float32 (float64 stays).
Tensor channel_moments(const Tensor& x);

/// leaky_relu(normalized(x)·γ + β), where normalized(x) = (x − mean)·rstd and γ ‖ β = `gamma_beta`, [1, 2C, H, W].
/// Where x is half as large as γ, its nearest ×2 upsampling is meant (same moments: it is never made).
Tensor modulate(const Tensor& x, const Tensor& moments, const Tensor& gamma_beta, double leak, bool x_is_half);

/// normalized(x)·γ.
Tensor scale_normalized(const Tensor& x, const Tensor& moments, const Tensor& gamma, bool x_is_half);

/// relu of `count` hidden maps that lie side by side in the channels, each as a tensor of its own. With `thirds` each
/// map is spread in height and width by out(i) = in((i/4)·3 + {0,1,1,2}[i mod 4]): 3n → 4n (docs/liveportrait.md:
/// reduction 2).
std::vector<Tensor> split_hidden_maps(const Tensor& all, std::int64_t count, bool thirds);

}  // namespace vividface::liveportrait
