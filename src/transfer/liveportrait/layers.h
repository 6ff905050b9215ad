#pragma once

#include <torch/types.h>

#include <vector>

#include "transfer/liveportrait/weights.h"

// The layers that the five networks are made of, with everything that can be settled at load settled: batch norm folded
// into the convolution before it, spectral norm resolved to a plain weight (docs/liveportrait.md lists the reductions).

namespace vividface::liveportrait {

using torch::Tensor;

/// A convolution over a picture [N, C, H, W] or a volume [N, C, D, H, W], stride 1 unless said otherwise.
struct Conv {
  Tensor weight, bias;  ///< [out, in, k…]; bias may be undefined
  std::int64_t stride = 1, padding = 0, groups = 1;

  /// [36, out, in] of a 3×3 convolution that is worth it (winograd.h), or undefined.
  Tensor winograd = {};

  Tensor operator()(const Tensor& x) const;
  std::int64_t outputs() const { return weight.size(0); }
};

/// The same, by Winograd's algorithm where that is faster: many channels, 3×3, float32 on the CPU.
Conv with_winograd(Conv conv);

/// y = x·a + b per channel: a batch norm that cannot be folded into a convolution.
struct ChannelAffine {
  Tensor scale, shift;  ///< broadcastable to the input
  Tensor operator()(const Tensor& x) const;
};

/// y = x Wᵀ + b on the last dimension.
struct Linear {
  Tensor weight, bias;
  Tensor operator()(const Tensor& x) const;
};

/// Layer norm over the channels of the last dimension, eps 1e-6.
struct LayerNorm {
  Tensor weight, bias;
  Tensor operator()(const Tensor& x) const;
};

/// What a convolution in a checkpoint has to look like; its outputs may be any where they are not given.
struct ConvShape {
  std::int64_t inputs, kernel;
  int dimensions = 2;  ///< of a picture; 3: of a volume
  std::int64_t outputs = Weights::kAny;

  std::vector<std::int64_t> weight() const;  ///< [outputs, inputs, kernel, …]
};

// All throw InputError that names file and key, what was expected and found.

/// Stride 1, padded to keep the size.
Conv load_conv(const Weights& conv, const ConvShape& shape, const Placement& place);
/// The same, then batch norm: folded.
Conv load_conv_norm(const Weights& conv, const Weights& norm, const ConvShape& shape, const Placement& place);
/// Without overlap or padding: every kernel × kernel patch of the picture becomes one cell.
Conv load_patches(const Weights& conv, std::int64_t inputs, const Placement& place);
/// `dimensions` as in ConvShape.
ChannelAffine load_norm(const Weights& norm, std::int64_t channels, int dimensions, const Placement& place);
/// `outputs` may be kAny.
Linear load_linear(const Weights& linear, std::int64_t inputs, std::int64_t outputs, const Placement& place);
LayerNorm load_layer_norm(const Weights& norm, std::int64_t channels, const Placement& place);

/// A convolution's weight in float64, its spectral norm resolved: weight_orig / (uᵀ W v).
Tensor plain_weight(const Weights& conv, const ConvShape& shape);
/// The same function of w as a 3-tap kernel on a nearest-upsampled signal, but computed on the signal itself, along one
/// dimension: the kernel of a transposed convolution of stride `factor` (docs/liveportrait.md: reduction 2). factor 2:
/// 4 taps, stride 2; factor 4: 5 taps, stride 3, whose output index of i is (i/4)·3 + {0,1,1,2}[i%4].
Tensor upsampled_taps(const Tensor& weight, int dimension, int factor);

}  // namespace vividface::liveportrait
