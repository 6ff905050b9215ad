#pragma once

#include <torch/types.h>

#include <optional>

#include "transfer/liveportrait/weights.h"

// The layers that the five networks are made of, with everything that can be settled at load settled: batch norm folded
// into the convolution before it, spectral norm resolved to a plain weight (docs/liveportrait.md lists the reductions).

namespace vividface::liveportrait {

using torch::Tensor;

/// A convolution over a picture [N, C, H, W] or a volume [N, C, D, H, W], stride 1 unless said otherwise.
struct Conv {
  Tensor weight, bias;  ///< [out, in, k…]; bias may be undefined
  std::int64_t stride = 1, padding = 0, groups = 1;

  Tensor operator()(const Tensor& x) const;
};

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

Conv load_conv(const Weights& conv, std::int64_t padding, const Placement& place, std::int64_t stride = 1);
/// conv, then batch norm: folded.
Conv load_conv_norm(const Weights& conv, const Weights& norm, std::int64_t padding, const Placement& place);
/// `dimensions`: 4 for pictures, 5 for volumes.
ChannelAffine load_norm(const Weights& norm, int dimensions, const Placement& place);
Linear load_linear(const Weights& linear, const Placement& place);
LayerNorm load_layer_norm(const Weights& norm, const Placement& place);

/// A convolution's weight in float64, its spectral norm resolved: weight_orig / (uᵀ W v).
Tensor plain_weight(const Weights& conv);
/// The same function of w as a 3-tap kernel on a nearest-upsampled signal, but computed on the signal itself, along one
/// dimension: the kernel of a transposed convolution of stride `factor` (docs/liveportrait.md: reduction 2). factor 2:
/// 4 taps, stride 2; factor 4: 5 taps, stride 3, whose output index of i is (i/4)·3 + {0,1,1,2}[i%4].
Tensor upsampled_taps(const Tensor& weight, int dimension, int factor);

}  // namespace vividface::liveportrait
