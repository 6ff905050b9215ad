#pragma once

#include <torch/types.h>

// 3×3 convolutions on the CPU by Winograd's minimal filtering F(4×4, 3×3) (Lavin and Gray, "Fast Algorithms for
// Convolutional Neural Networks", 2016): a quarter of the products, for some more rounding.

namespace vividface::liveportrait {

/// G g Gᵀ of every kernel: [K, C, 3, 3] → [36, K, C], in float32. Computed in float64.
torch::Tensor winograd_weight(const torch::Tensor& weight);

/// Whether winograd_conv takes this picture: [N, C, H, W] float32 on the CPU, H and W multiples of 4.
bool takes_winograd(const torch::Tensor& x);

/// The same function as conv2d(x, weight, bias) of stride 1 and padding 1. `transformed`: of winograd_weight; `bias`:
/// [K], or undefined.
torch::Tensor winograd_conv(const torch::Tensor& x, const torch::Tensor& transformed, const torch::Tensor& bias);

}  // namespace vividface::liveportrait
