#pragma once

#include <optional>
#include <vector>

#include "transfer/liveportrait/layers.h"

namespace vividface::liveportrait {

/// G: SPADE generator. The warped features steer every normalization.
class Generator {
 public:
  Generator(const Weights& weights, const Placement& place);

  /// [1, 256, 64, 64] → I_m, [1, 3, 512, 512] in 0…1, RGB.
  Tensor operator()(const Tensor& features) const;

  std::int64_t feature_channels() const { return fc_.weight.size(1); }

 private:
  /// γ and β of one SPADE normalization, from its hidden map: one convolution, γ first, with its 1 + γ in the bias.
  struct Spade {
    Conv gamma_beta;
  };
  struct Block {
    std::int64_t upsampling = 1;  ///< how much larger this block's picture is than the features: 1, 2, 4
    Conv shared;                  ///< the hidden maps of norm_0, norm_1 and, with a shortcut, norm_s
    Spade norm_0, norm_1;
    Conv conv_0, conv_1;
    struct Shortcut {
      Conv gamma;  ///< 1 + γ of norm_s
      Conv scale;  ///< conv_s: applied to normalized·(1 + γ)
      Conv shift;  ///< conv_s after β: one convolution (docs/liveportrait.md: reduction 3)
    };
    std::optional<Shortcut> shortcut;

    /// x at the block's resolution, or at half of it where `x_is_half` (it stands for its nearest upsampling).
    Tensor operator()(const Tensor& x, const Tensor& features, bool x_is_half) const;
    /// relu of the hidden maps at the block's resolution, one a normalization.
    std::vector<Tensor> hidden_maps(const Tensor& features) const;
  };

  struct BlockShape {
    std::int64_t features, inputs;  ///< channels
    std::int64_t upsampling;
  };
  static Block load_block(const Weights& weights, const BlockShape& shape, const Placement& place);

  Conv fc_;
  std::vector<Block> middle_;
  Block up_0_, up_1_;
  Conv to_picture_;
  std::int64_t pixel_shuffle_ = 1;
};

}  // namespace vividface::liveportrait
